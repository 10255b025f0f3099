/** Types once more, by `deno check`: what claims to run under Deno may name nothing that only Bun has. */
import { isSource, isTest, type Repo } from "./repo.ts";
import { type Finding, rule } from "./rule.ts";
import { lastWords, packageCommand, runTool } from "./tool.ts";

export const deno = rule({
  name: "deno",
  summary: "deno check over src and harness, apart from src/platform/bun and src/web",
  async run(repo) {
    const files = denoFiles(repo);
    if (files.length === 0) return [];
    const result = await runTool(repo.root, [...packageCommand("deno"), "check", "--quiet", ...files]);
    if (result.code === 0) return [];
    const findings = parseDeno(result.output, repo.root);
    return findings.length > 0 ? findings : [{ path: "", message: lastWords(result.output) }];
  },
});

export function denoFiles(repo: Repo): string[] {
  return repo.files.filter(
    (path) =>
      isSource(path) &&
      !isTest(path) &&
      /^(src|harness)\//.test(path) &&
      !/^src\/(web|platform\/bun)\//.test(path),
  );
}

/** `TS2304 [ERROR]: message … at file:///root/path:line:column`, over several lines. */
export function parseDeno(output: string, root: string): Finding[] {
  const found: Finding[] = [];
  let message = "";
  for (const line of output.split("\n")) {
    const said = /^(?:error: )?(TS\d+) \[ERROR\]: (.*)$/.exec(line);
    if (said !== null) message = `${said[2]} (${said[1]})`;
    const at = /^\s+at file:\/\/(.+?):(\d+):\d+$/.exec(line);
    if (at === null) continue;
    found.push({
      path: (at[1] ?? "").replace(`${root}/`, ""),
      line: Number(at[2]),
      message: message || output.trim().split("\n")[0] || "",
    });
    message = "";
  }
  return found;
}
