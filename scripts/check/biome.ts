/** Formatting and lint, by Biome (biome.json). */
import type { Repo } from "./repo.ts";
import { type Finding, rule } from "./rule.ts";
import { lastWords, packageCommand, runTool } from "./tool.ts";

export const biome = rule({
  name: "biome",
  summary: "format and lint; `bun run format` repairs most of it",
  async run(repo: Repo) {
    const options = [
      "--reporter=github",
      "--max-diagnostics=none",
      "--error-on-warnings",
      "--no-errors-on-unmatched",
    ];
    const result = await runTool(repo.root, [...packageCommand("biome"), "check", ...options, "."]);
    if (result.code === 0) return [];
    const findings = parseBiome(result.output, repo.root);
    return findings.length > 0 ? findings : [{ path: "", message: lastWords(result.output) }];
  },
});

/** Lines of Biome's GitHub reporter: `::error title=…,file=…,line=…,…::message`. */
export function parseBiome(output: string, root: string): Finding[] {
  const found: Finding[] = [];
  for (const line of output.split("\n")) {
    const hit = /^::(?:error|warning|notice) title=([^,]*),file=([^,]*),(?:line=(\d+),)?.*?::(.*)$/.exec(
      line,
    );
    if (hit === null) continue;
    const [, title = "", path = "", at, message = ""] = hit;
    const place = at === undefined ? {} : { line: Number(at) };
    found.push({ path: path.replace(`${root}/`, ""), ...place, message: `${message.trim()} (${title})` });
  }
  return found;
}
