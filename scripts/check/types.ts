/** Types, by the TypeScript compiler (tsconfig.json). */
import { type Finding, rule } from "./rule.ts";
import { lastWords, packageCommand, runTool } from "./tool.ts";

export const types = rule({
  name: "types",
  summary: "tsc over src, harness, scripts and test",
  async run(repo) {
    const result = await runTool(repo.root, [...packageCommand("tsc"), "--noEmit", "--pretty", "false"]);
    if (result.code === 0) return [];
    const findings = parseTsc(result.output);
    return findings.length > 0 ? findings : [{ path: "", message: lastWords(result.output) }];
  },
});

export function parseTsc(output: string): Finding[] {
  const found: Finding[] = [];
  for (const line of output.split("\n")) {
    const hit = /^(.+?)\((\d+),\d+\): error (TS\d+): (.*)$/.exec(line);
    if (hit === null) continue;
    const [, path = "", at, code, message] = hit;
    found.push({ path, line: Number(at), message: `${message} (${code})` });
  }
  return found;
}
