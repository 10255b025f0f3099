import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/platform/log.ts";
import { AgentConfig } from "../../src/wire/agent-config.ts";
import { linkEndpoints } from "../../src/wire/link.ts";
import { makeClaudeHome, startClaude } from "../../test/support/model-simulator/claude-process.ts";
import { startModelSimulator } from "../../test/support/model-simulator/server.ts";
import { loadHarnessAssets } from "../ag3nt/assets.ts";
import { type Journal, openJournal } from "../ag3nt/journal/journal.ts";
import type { LinkCall } from "../ag3nt/link.ts";
import { type McpServers, startMcpServers } from "./start.ts";

const LEASE = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

let dir: string;
let journal: Journal;
let mcp: McpServers;
let sent: Record<string, unknown>[];

const call = (async (key: keyof typeof linkEndpoints, input: object) => {
  sent.push(linkEndpoints[key].input.parse(input) as Record<string, unknown>);
  return { ids: [LEASE], repeated: false };
}) as unknown as LinkCall;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "hive-mcp-claude-"));
  journal = openJournal({ path: join(dir, "events.sqlite"), clock: systemClock });
  sent = [];
  mcp = await startMcpServers({
    call,
    lease: () => ({ id: LEASE, attempt: 1 }),
    config: () => AgentConfig.parse({}),
    role: () => "agent",
    formatMessages: () => "",
    journal,
    clock: systemClock,
    log: silentLogger,
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
    stateDir: dir,
    streamAfterMs: 100,
  });
});
afterEach(async () => {
  await mcp.close();
  journal.close();
  rmSync(dir, { recursive: true, force: true });
});

function args(): string[] {
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
    return join(dir, name);
  };
  const { systemPrompt, claudeSettings } = loadHarnessAssets({});
  const prompt = systemPrompt({ agent: "alice", stateDir: dir, role: "agent" });
  return [
    ...["--mcp-config", file("mcp.json", JSON.stringify(mcp.mcpConfig))],
    ...["--settings", file("settings.json", claudeSettings)],
    ...["--append-system-prompt-file", file("prompt.md", prompt), "--tools", "Read"],
  ];
}

describe("claude with the hive's tools", () => {
  test("runs a command that takes a while and sends what it printed", async () => {
    await using simulator = await startModelSimulator({
      rules: [
        {
          when: { agent: "alice", last_user: "go" },
          tool_use: { name: "mcp__bash__run", input: { command: "echo forty-$((40 + 2)); sleep 0.3" } },
        },
        {
          when: { tool_result: { tool: "mcp__bash__run", contains: "forty-42" } },
          tool_use: { name: "mcp__hyperhive__send", input: { to: "bob", body: "it is 42" } },
        },
        { when: { tool_result: { tool: "mcp__hyperhive__send", contains: "sent:" } }, say: "done" },
      ],
    });
    using home = makeClaudeHome();
    await using claude = startClaude({ home, env: simulator.env(), args: args() });
    claude.send("go");
    const result = await claude.result();
    expect(result["result"]).toBe("done");
    const init = claude.events.find(({ subtype }) => subtype === "init");
    expect(init?.["mcp_servers"]).toEqual([
      { name: "hyperhive", status: "connected" },
      { name: "bash", status: "connected" },
    ]);
    expect(sent[0]).toMatchObject({ to: "bob", body: "it is 42", lease_id: LEASE });
    expect(String(sent[0]?.["effect_key"])).toMatch(/:0$/);
    const { events } = await journal.history({ limit: 10, search: "forty-42" });
    expect(events[0]?.data).toMatchObject({ kind: "bash_output", stream: "stdout" });
    expect(events[0]?.data.kind === "bash_output" && events[0].data.tool_use_id).toMatch(/^toolu_/);
  }, 40_000);

  test("has its command killed when the turn is interrupted", async () => {
    await using simulator = await startModelSimulator({
      rules: [
        { when: { last_user: "go" }, tool_use: { name: "mcp__bash__run", input: { command: "sleep 300" } } },
      ],
    });
    using home = makeClaudeHome();
    await using claude = startClaude({ home, env: simulator.env(), args: args() });
    claude.send("go");
    const deadline = performance.now() + 20_000;
    while (!mcp.busy() && performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
    claude.control({ subtype: "interrupt" });
    expect((await claude.result())["terminal_reason"]).toBe("aborted_tools");
    while (mcp.busy() && performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
    expect(mcp.busy()).toBe(false);
  }, 40_000);
});
