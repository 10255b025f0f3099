/** Reads what `bun test` said: its closing lines for the numbers, its JUnit file for the failures' names. */

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface SuiteReport extends Counts {
  /** Printed again at the end. */
  readonly failures: readonly string[];
}

interface Ended {
  readonly suite: string;
  readonly code: number;
  readonly output: string;
  readonly junit: string;
  /** Why it was ended from outside, if it was. */
  readonly cut?: string | undefined;
}

export function reportOf({ suite, code, output, junit, cut }: Ended): SuiteReport {
  const counts = summaryCounts(output);
  const failures = junitFailures(junit).map((failure) => `${suite}: ${failure}`);
  // A test that calls process.exit(0) ends the run with code 0 and no summary: that is no pass.
  if (counts === undefined || cut !== undefined) {
    const why = cut ?? `ended without "Ran N tests" (exit ${code})`;
    return {
      passed: 0,
      skipped: 0,
      failed: Math.max(1, failures.length),
      failures: [...failures, `${suite}: ${why}`],
    };
  }
  const unnamed = counts.failed - failures.length;
  if (unnamed > 0)
    failures.push(`${suite}: ${unnamed} error(s) outside of a test:\n${outsideErrors(output)}`);
  if (code !== 0 && counts.failed === 0) failures.push(`${suite}: exit ${code} though no test failed`);
  const failed = Math.max(counts.failed, code === 0 ? 0 : 1);
  return { ...counts, failed, failures };
}

/** ` 7 pass`, ` 1 skip`, ` 1 todo`, ` 0 fail`, then `Ran 9 tests across 1 file.`; undefined without the last. */
export function summaryCounts(output: string): Counts | undefined {
  const plain = Bun.stripANSI(output);
  const end = plain.search(/^Ran \d+ tests? across \d+ files?\./m);
  if (end === -1) return undefined;
  const closing = plain.slice(0, end).split("\n").slice(-12).join("\n");
  const count = (word: string): number =>
    Number(new RegExp(`^ *(\\d+) ${word}$`, "m").exec(closing)?.[1] ?? 0);
  return { passed: count("pass"), failed: count("fail"), skipped: count("skip") + count("todo") };
}

export function junitFailures(xml: string): string[] {
  const cases = xml.matchAll(/<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g);
  return [...cases].flatMap(([, attributes = "", body = ""]) => {
    const failure = /<failure[^>]*?(?:\/>|>([\s\S]*?)<\/failure>)/.exec(body);
    if (failure === null) return [];
    const attribute = (name: string): string =>
      decodeEntities(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
    const title = [attribute("classname"), attribute("name")].filter(Boolean).join(" > ");
    const detail = decodeEntities(failure[1] ?? "")
      .trim()
      .split("\n")
      .filter((line) => line.trim() !== "")
      .slice(0, 12)
      .map((line) => `    ${line.slice(0, 200)}`);
    return [[`${attribute("file")}:${attribute("line")} ${title}`, ...detail].join("\n")];
  });
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function decodeEntities(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? "");
}

function outsideErrors(output: string): string {
  const blocks = [...Bun.stripANSI(output).matchAll(/# Unhandled error[^\n]*\n-+\n([\s\S]*?)\n-{5,}/g)];
  const lines = blocks.flatMap(([, block = ""]) =>
    block.split("\n").filter((line) => /^(error|\s+at )/.test(line)),
  );
  return lines
    .slice(0, 12)
    .map((line) => `    ${line.trim()}`)
    .join("\n");
}
