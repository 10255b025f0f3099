/** Commits carry the names of people who answer for them, and no advertisement of tools. */
import { type Finding, rule } from "./rule.ts";
import { runTool } from "./tool.ts";

const TOOL_TRAILER =
  /^(co-authored-by:.*\b(claude|anthropic|openai|copilot|gpt|gemini|cursor)\b|.*generated with \[?claude)/im;

export const attribution = rule({
  name: "attribution",
  summary: "no tool signs a commit",
  async run(repo) {
    const log = await runTool(repo.root, ["git", "log", "--max-count=300", "--format=%h%x00%B%x01"]);
    return log.code === 0 ? checkLog(log.output) : [];
  },
});

export function checkLog(log: string): Finding[] {
  return log
    .split("\u0001")
    .map((entry) => entry.trim().split("\0"))
    .filter(([, body = ""]) => TOOL_TRAILER.test(body))
    .map(([id]) => ({ path: "", message: `commit ${id} is signed by a tool` }));
}
