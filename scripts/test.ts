/** Runs the rules, the build and every suite of tests. The last line is `N passed, N failed`, always. */
import { parseArgs } from "node:util";
import { ROOT } from "./lib/paths.ts";
import { runBounded, runSuite } from "./lib/run-suite.ts";
import type { SuiteReport } from "./lib/test-report.ts";
import { findSuites, type Suite } from "./lib/test-suites.ts";

interface Step {
  readonly name: string;
  readonly run: () => Promise<SuiteReport>;
}

/** A step that passes or fails as a whole. */
function command(name: string, ...words: string[]): Step {
  const run = async (): Promise<SuiteReport> => {
    const { code, cut } = await runBounded(words, 10);
    if (code === 0) return { passed: 1, failed: 0, skipped: 0, failures: [] };
    return { passed: 0, failed: 1, skipped: 0, failures: [`${name}: ${cut ?? `exit ${code}, see above`}`] };
  };
  return { name, run };
}

function allSteps(pattern: string | undefined): Step[] {
  const fitting = (suite: Suite): Suite => ({
    ...suite,
    files: suite.files.filter((path) => path.includes(pattern ?? "")),
  });
  const suites = findSuites()
    .map(fitting)
    .filter(({ files }) => files.length > 0)
    .map((suite) => ({ name: suite.name, run: () => runSuite(suite) }));
  // With a pattern one wants those tests, now.
  if (pattern !== undefined) return suites;
  const check = command("check", `${ROOT}/scripts/check.sh`);
  const build = command("build", `${ROOT}/scripts/build`);
  // Bun runs deno's launcher: there may be no Node.
  const deno = command("deno", process.execPath, "--bun", `${ROOT}/node_modules/.bin/deno`, "task", "test");
  return [check, build, deno, ...suites];
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string", multiple: true }, "no-install": { type: "boolean" } },
  });
  const only = values.only?.flatMap((names) => names.split(","));
  const steps = allSteps(positionals[0]).filter(({ name }) => only?.includes(name) ?? true);
  const total = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  if (steps.length === 0) {
    total.failed = 1;
    failures.push("nothing to run: no suite or test file of that name");
  }
  for (const { name, run } of steps) {
    const start = performance.now();
    console.log(`\n== ${name}`);
    const report = await run();
    total.passed += report.passed;
    total.failed += report.failed;
    total.skipped += report.skipped;
    failures.push(...report.failures);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`== ${name}: ${report.passed} passed, ${report.failed} failed (${seconds} s)`);
  }
  if (failures.length > 0)
    console.log(`\nfailures:\n${failures.map((failure) => `- ${failure}`).join("\n")}\n`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
}
// A stray child's pipe may still be open; the verdict is printed.
process.exit();
