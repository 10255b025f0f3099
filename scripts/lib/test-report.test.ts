import { describe, expect, test } from "bun:test";
import { junitFailures, reportOf, summaryCounts } from "./test-report.ts";

const CLOSING =
  "\n 7 pass\n 1 skip\n 2 todo\n 1 fail\n 9 expect() calls\nRan 11 tests across 2 files. [229.00ms]\n";
const JUNIT = `<testsuite><testcase name="ok" classname="noun" file="a.test.ts" line="1" />
<testcase name="adds &lt;b&gt;" classname="noun" time="0" file="a.test.ts" line="2">
  <failure type="AssertionError" message="x">Expected: 2&#10;Received: 1</failure>
</testcase><testcase name="later" file="a.test.ts" line="9"><skipped /></testcase></testsuite>`;

describe("test report", () => {
  test("counts from the closing lines and names failures from JUnit", () => {
    const report = reportOf({ suite: "unit", code: 1, output: CLOSING, junit: JUNIT });
    expect(report).toMatchObject({ passed: 7, failed: 1, skipped: 3 });
    expect(report.failures).toEqual(["unit: a.test.ts:2 noun > adds <b>\n    Expected: 2\n    Received: 1"]);
  });

  test("takes a run without its closing line for failed, whatever its exit code", () => {
    const report = reportOf({ suite: "unit", code: 0, output: "(pass) noun > x\n", junit: "" });
    expect(report).toMatchObject({
      passed: 0,
      failed: 1,
      failures: ['unit: ended without "Ran N tests" (exit 0)'],
    });
  });

  test("takes a run that was ended from outside for failed", () => {
    const report = reportOf({ suite: "flows", code: 137, output: CLOSING, junit: "", cut: "took too long" });
    expect(report).toMatchObject({ failed: 1, failures: ["flows: took too long"] });
  });

  test("shows errors thrown outside of a test", () => {
    const output = `# Unhandled error between tests\n-----\n1 | throw\nerror: at load\n      at b.test.ts:1:1\n-----\n${CLOSING}`;
    const report = reportOf({ suite: "unit", code: 1, output, junit: "" });
    expect(report.failures[0]).toContain("error: at load");
  });

  test("counts a bad exit though all tests passed", () => {
    const output = CLOSING.replace(" 1 fail", " 0 fail");
    expect(reportOf({ suite: "unit", code: 1, output, junit: "" })).toMatchObject({ passed: 7, failed: 1 });
  });

  test("reads a summary of nothing but passes", () => {
    expect(summaryCounts(" 1 pass\n 0 fail\nRan 1 test across 1 file. [1ms]")).toEqual({
      passed: 1,
      failed: 0,
      skipped: 0,
    });
    expect(junitFailures("")).toEqual([]);
  });
});
