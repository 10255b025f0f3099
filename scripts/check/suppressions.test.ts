import { describe, expect, test } from "bun:test";
import { checkSuppressions } from "./suppressions.ts";

const found = (text: string, path = "a.ts"): string[] =>
  checkSuppressions(path, text).map(({ line, message }) => `${line} ${message}`);
// Put together here, so that this file suppresses nothing itself.
const IGNORE = "// biome-" + "ignore";
const EXPECT = "// @ts-" + "expect-error";

describe("suppressions", () => {
  test("pass with a reason", () => {
    expect(
      found(
        `${IGNORE} lint/a/b: the list never changes order\nx();\n${EXPECT} the old API is untyped\ny();\n`,
      ),
    ).toEqual([]);
  });

  test("fail without one", () => {
    expect(found(`${IGNORE} lint/a/b:\nx();\n`)).toEqual(["1 suppression without a reason"]);
    expect(found(`x();\n${IGNORE} lint/a/b: <explanation>\ny();\n`)).toEqual([
      "2 suppression without a reason",
    ]);
    expect(found(`${EXPECT}\nx();\n`)).toEqual(["1 @ts-expect-error without a reason"]);
    expect(found("// @ts-" + "ignore because I say so\nx();\n")).toEqual([
      "1 use @ts-expect-error with a reason",
    ]);
  });

  test("may be talked about in strings", () => {
    expect(found(`const text = "${EXPECT}";\n`)).toEqual([]);
  });

  test("of tests need a comment beside them, and `only` is never right", () => {
    expect(found('// needs a kernel with user namespaces\ntest.skip("x", () => {});\n', "a.test.ts")).toEqual(
      [],
    );
    expect(found('test.skip("x", () => {});\n', "a.test.ts")).toEqual([
      "1 `.skip` needs a comment saying why",
    ]);
    expect(found('describe.skipIf(cond)("x", () => {});\n', "a.test.ts")).toHaveLength(1);
    expect(found('// the rest is slow today\ntest.only("x", () => {});\n', "a.test.ts")).toEqual([
      "2 `.only` leaves out every other test",
    ]);
    expect(found('test.each([1])("x", () => {});\nlist.skip(1);\n', "a.test.ts")).toEqual([]);
  });
});
