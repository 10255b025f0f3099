// Records what the real `claude` prints into *.jsonl beside this file: `bun test/golden/claude/record.ts`.
// Run it after a change of claude's version and read the diff. Ids, times and places are made the same each time.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claudeArgv, claudeEnv } from "../../../harness/ag3nt/claude/args.ts";
import { controlLine, userLine } from "../../../harness/ag3nt/claude/encode.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { readLines } from "../../../src/platform/json-lines.ts";
import { spawnChild } from "../../../src/platform/spawn.ts";
import { CLAUDE_BINARY } from "../../support/model-simulator/claude-process.ts";
import type { RuleInput } from "../../support/model-simulator/script.ts";
import { startModelSimulator } from "../../support/model-simulator/server.ts";

interface Scene {
  readonly rules: readonly RuleInput[];
  readonly login?: "oauth";
  /** What to write when a line contains this text. */
  readonly replies?: readonly { readonly on: string; readonly write: string }[];
}

const INJECTED = "22222222-2222-4222-8222-222222222222";

const SCENES: Readonly<Record<string, Scene>> = {
  "tool-turn": {
    rules: [
      {
        when: { last_user: "work" },
        thinking: "I look first.",
        say: "Looking.",
        tool_use: { name: "Bash", input: { command: "echo found" } },
      },
      { when: { tool_result: true }, say: "It says found." },
    ],
  },
  injected: {
    rules: [
      { when: { last_user: "work" }, tool_use: { name: "Bash", input: { command: "sleep 1; echo ready" } } },
      { when: { injected: "stop" }, say: "I saw it." },
    ],
    replies: [{ on: '"tool_use"', write: userLine("stop", INJECTED) }],
  },
  interrupted: {
    rules: [{ when: { last_user: "work" }, tool_use: { name: "Bash", input: { command: "sleep 30" } } }],
    replies: [{ on: '"tool_use"', write: controlLine({ subtype: "interrupt" }, "c1") }],
  },
  "login-refused": { rules: [{ when: {}, error: "forbidden" }] },
  "limit-reached": {
    login: "oauth",
    rules: [{ when: {}, error: "rate_limit", rate_limit: { status: "rejected", resets_in_s: 3600 } }],
  },
  overloaded: {
    rules: [
      { when: {}, error: "overloaded", times: 1 },
      { when: {}, say: "Here." },
    ],
  },
  "cut-short": { rules: [{ when: {}, say: "hello there", cut: { after_events: 5, how: "end" } }] },
};

function scrubbed(lines: readonly string[], home: string): string {
  const seen = new Map<string, string>();
  const stable = (kind: string) => (found: string) => {
    if (found === INJECTED) return found;
    if (!seen.has(found)) seen.set(found, `${kind}${String(seen.size + 1).padStart(4, "0")}`);
    return seen.get(found) ?? found;
  };
  return `${lines
    .join("\n")
    .replaceAll(home, "/home/alice")
    .replaceAll(home.replace(/[^A-Za-z0-9]/g, "-"), "-home-alice")
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, stable("id-"))
    .replace(/\btoolu_sim_[0-9a-f]+/g, stable("toolu_"))
    .replace(/\bmsg_sim_[0-9a-f]+/g, stable("msg_"))
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-11-23T00:00:00.000Z")
    .replace(/"resetsAt":\d+/g, '"resetsAt":1795400000')}\n`;
}

async function record(name: string, scene: Scene): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "hive-golden-"));
  const simulator = await startModelSimulator({ rules: scene.rules, maxSeconds: 60 });
  const env = claudeEnv(
    { PATH: process.env["PATH"], HOME: home, ...simulator.env({ login: scene.login ?? "api_key" }) },
    home,
  );
  const launch = { claude: CLAUDE_BINARY, title: "hive-session", model: "sonnet", tools: ["Bash"] };
  const argv = claudeArgv(launch, { id: crypto.randomUUID(), resume: false });
  const child = await spawnChild({ argv, env, cwd: home, stdin: "pipe", stderr: "null" });
  const bound = systemClock.timer(30_000, () => child.kill("SIGKILL"));
  child.stdin.write(userLine("work", crypto.randomUUID()));
  const lines: string[] = [];
  const replies = [...(scene.replies ?? [])];
  for await (const line of readLines(child.stdout)) {
    // The deltas would be most of the file, and say nothing the blocks do not.
    if (!line.includes('"type":"stream_event"') || lines.length < 6) lines.push(line);
    const due =
      line.includes('"type":"assistant"') && replies[0] !== undefined && line.includes(replies[0].on);
    if (due) child.stdin.write(replies.shift()?.write ?? "");
    if (JSON.parse(line).type === "result") child.stdin.end();
  }
  bound.cancel();
  await simulator.stop();
  writeFileSync(join(import.meta.dirname, `${name}.jsonl`), scrubbed(lines, home));
  rmSync(home, { recursive: true, force: true });
}

for (const [name, scene] of Object.entries(SCENES)) await record(name, scene);
