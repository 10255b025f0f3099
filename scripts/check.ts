/** Runs the rules of scripts/check/ over the repository. Exit 1 when one of them finds something. */
import { parseArgs } from "node:util";
import { RULES } from "./check/index.ts";
import { openRepo, type Repo } from "./check/repo.ts";
import { type Finding, printFinding, type Rule } from "./check/rule.ts";

interface Outcome {
  readonly rule: Rule;
  readonly findings: readonly Finding[];
  readonly seconds: number;
}

async function runRule(rule: Rule, repo: Repo): Promise<Outcome> {
  const start = performance.now();
  let findings: readonly Finding[];
  try {
    findings = await rule.run(repo);
  } catch (error) {
    findings = [
      { path: "", message: `the rule itself broke: ${error instanceof Error ? error.stack : error}` },
    ];
  }
  return { rule, findings, seconds: (performance.now() - start) / 1000 };
}

function report({ rule, findings, seconds }: Outcome, verbose: boolean): void {
  const hard = findings.filter(({ soft }) => soft !== true);
  const soft = findings.length - hard.length;
  const verdict = hard.length === 0 ? "ok" : `${hard.length} found`;
  const aside = soft > 0 ? `, ${soft} over a soft limit` : "";
  console.log(`${rule.name}: ${verdict} (${seconds.toFixed(1)} s${aside})`);
  for (const finding of verbose ? findings : hard) console.log(`  ${printFinding(finding)}`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true },
      list: { type: "boolean" },
      verbose: { type: "boolean" },
    },
  });
  if (values.list) {
    for (const { name, summary } of RULES) console.log(`${name.padEnd(13)} ${summary}`);
    return 0;
  }
  const wanted = values.only?.flatMap((names) => names.split(","));
  const unknown = wanted?.find((name) => !RULES.some((rule) => rule.name === name));
  if (unknown !== undefined) {
    console.error(`error: no rule "${unknown}"; scripts/check.sh --list names them`);
    return 2;
  }
  const repo = openRepo(`${import.meta.dirname}/..`.replace(/\/scripts\/\.\.$/, ""));
  const rules = RULES.filter(({ name }) => wanted?.includes(name) ?? true);
  const running = rules.map((rule) => runRule(rule, repo));
  const outcomes: Outcome[] = [];
  for (const next of running) {
    const outcome = await next;
    report(outcome, values.verbose ?? false);
    outcomes.push(outcome);
  }
  const failed = outcomes.filter(({ findings }) => findings.some(({ soft }) => soft !== true)).length;
  console.log(`${outcomes.length - failed} rules passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}
