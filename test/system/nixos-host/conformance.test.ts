// What every backend promises, over nixos-container: it wants systemd as process 1, so the cases run inside a host, by
// a `bun test` of their own, and each of them is a test here.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../../scripts/lib/paths.ts";
import { junitFailures, summaryCounts } from "../../../scripts/lib/test-report.ts";
import { CASES } from "../../conformance/cases.ts";
import { ensureBaseRoot } from "./base-root.ts";
import { SUBJECT } from "./inside/subject.ts";
import { bootMachine, type Machine, machineReason } from "./machine.ts";
import { prepareHost } from "./nixos-host.ts";

const reason = machineReason() ?? (await ensureBaseRoot());
const PATIENCE = 240_000;
const SOURCE = "/opt/source";
const JUNIT = "/root/junit.xml";

interface Verdict {
  readonly output: string;
  readonly failures: readonly string[];
}

function runInside(machine: Machine): Verdict {
  const bun = join("/opt/bun", "bun");
  const env = ["env", "-C", SOURCE, "BUN_RUNTIME_TRANSPILER_CACHE_PATH=0", "HOME=/root"];
  const options = ["--timeout=60000", "--reporter=junit", `--reporter-outfile=${JUNIT}`];
  const file = "./test/system/nixos-host/inside/conformance.ts";
  const { code, stdout, stderr } = machine.run([...env, bun, "test", ...options, file], PATIENCE);
  const junit = machine.inside(JUNIT);
  return {
    output: `exit ${code}\n${stdout}${stderr}`,
    failures: existsSync(junit) ? junitFailures(readFileSync(junit, "utf8")) : [],
  };
}

function binds(): readonly (readonly [string, string])[] {
  const modules = realpathSync(join(ROOT, "node_modules"));
  const elsewhere = modules !== join(realpathSync(ROOT), "node_modules");
  return [
    [ROOT, SOURCE],
    [dirname(realpathSync(process.execPath)), "/opt/bun"],
    // Where a checkout only links to them.
    ...(elsewhere ? [[modules, modules] as const] : []),
  ];
}

describe(`backend nixos-container on a host${reason === undefined ? "" : ` (${reason})`}`, () => {
  let machine: Machine | undefined;
  let verdict: Verdict;
  beforeAll(async () => {
    if (reason !== undefined) return;
    machine = await bootMachine({
      binds: binds(),
      prepare: (root) => {
        prepareHost(root);
        // The backend alone, without a daemon.
        rmSync(join(root, "etc/systemd/system/multi-user.target.wants/hive-c0re.service"));
      },
    });
    verdict = runInside(machine);
  }, PATIENCE);
  afterAll(async () => {
    await machine?.[Symbol.asyncDispose]();
  }, PATIENCE);

  for (const { title, skip } of CASES) {
    const why = reason ?? skip(SUBJECT);
    const passed = (): void => {
      const mine = verdict.failures.filter((failure) => failure.includes(` > ${title}\n`));
      expect(mine.join("\n")).toBe("");
    };
    if (why === undefined) test(title, passed);
    // The title says why: no host can be booted, or the backend does not promise this.
    else test.skip(`${title} (${why})`, passed);
  }

  // As above: no host can be booted.
  test.skipIf(reason !== undefined)("has each of these run, and nothing else fails", () => {
    const ran = CASES.filter(({ skip }) => skip(SUBJECT) === undefined).length;
    const { passed, failed, skipped } = summaryCounts(verdict.output) ?? {};
    expect({ passed, failed, skipped }, verdict.output).toEqual({ passed: ran, failed: 0, skipped: 0 });
  });
});
