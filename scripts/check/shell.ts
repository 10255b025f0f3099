/** Shell scripts parse, and start strictly. */
import type { Repo } from "./repo.ts";
import { type Finding, rule } from "./rule.ts";
import { lastWords, runTool } from "./tool.ts";

export const shell = rule({
  name: "shell",
  summary: "bash scripts parse and start with `set -euo pipefail`",
  async run(repo) {
    const scripts = repo.files.filter((path) => isBash(repo, path));
    const strict = scripts.flatMap((path) => checkHead(path, repo.read(path)));
    const parsed = await Promise.all(scripts.map((path) => runTool(repo.root, ["bash", "-n", path])));
    const garbled = parsed.flatMap(({ code, output }, index) =>
      code === 0 ? [] : [{ path: scripts[index] ?? "", message: lastWords(output) }],
    );
    return [...strict, ...garbled];
  },
});

export function checkHead(path: string, text: string): Finding[] {
  const sourced = text.startsWith("# shellcheck shell=bash");
  if (sourced || /^set -euo pipefail$/m.test(text.split("\n").slice(0, 30).join("\n"))) return [];
  return [{ path, line: 1, message: "a script starts with `set -euo pipefail`" }];
}

function isBash(repo: Repo, path: string): boolean {
  if (/(^|\/)fixtures\//.test(path)) return false;
  if (path.endsWith(".sh")) return true;
  const mayBe = /^(scripts|test|\.ci)\/(.*\/)?[\w-]+$/.test(path);
  return mayBe && /^#!.*\bbash\b/.test(repo.read(path));
}
