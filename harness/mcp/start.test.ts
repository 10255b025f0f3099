import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualClock, systemClock } from "../../src/lib/clock.ts";
import { envelope } from "../../src/lib/envelope.ts";
import { silentLogger } from "../../src/platform/log.ts";
import { AgentConfig } from "../../src/wire/agent-config.ts";
import { HiveError } from "../../src/wire/errors.ts";
import { linkEndpoints } from "../../src/wire/link.ts";
import type { Message } from "../../src/wire/messages.ts";
import { type Journal, openJournal } from "../ag3nt/journal/journal.ts";
import type { LinkCall } from "../ag3nt/link.ts";
import { serveMcp } from "./http.ts";
import { type McpServers, startMcpServers } from "./start.ts";
import type { McpServerName } from "./tool.ts";

const LEASE = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
const ID = "01BX5ZZKBKACTAV9WEVGEMMVRZ";

interface Asked {
  readonly key: string;
  readonly input: Record<string, unknown>;
}

let dir: string;
let journal: Journal;
let mcp: McpServers;
let asked: Asked[];
let answers: Record<string, (input: Record<string, unknown>) => unknown>;
let role: "agent" | "manager";

/** The other end of the link: input and answer both have to fit the wire. */
const call = (async (key: keyof typeof linkEndpoints, input: object) => {
  asked.push({ key, input: linkEndpoints[key].input.parse(input) as Record<string, unknown> });
  const answer = answers[key]?.(input as Record<string, unknown>) ?? {};
  return linkEndpoints[key].output.parse(answer);
}) as unknown as LinkCall;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "hive-mcp-"));
  journal = openJournal({ path: join(dir, "events.sqlite"), clock: systemClock });
  asked = [];
  answers = {};
  role = "agent";
  mcp = await startMcpServers({
    call,
    lease: () => ({ id: LEASE, attempt: 1 }),
    config: () => AgentConfig.parse({ bash_timeout_seconds: 5 }),
    role: () => role,
    formatMessages: (messages) => envelope({ agent: "alice", messages, random: () => 0.5 }),
    journal,
    clock: systemClock,
    log: silentLogger,
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
    stateDir: dir,
  });
});
afterEach(async () => {
  await mcp.close();
  journal.close();
  rmSync(dir, { recursive: true, force: true });
});

function post(server: McpServerName, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const entry = mcp.mcpConfig.mcpServers[server];
  return fetch(entry.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...entry.headers, ...headers },
    body: JSON.stringify(body),
  });
}

let lastId = 0;

async function rpc(server: McpServerName, method: string, params: unknown) {
  const response = await post(server, { jsonrpc: "2.0", id: ++lastId, method, params });
  return (await response.json()) as {
    result?: Record<string, unknown>;
    error?: { code: number; message: string };
  };
}

async function use(server: McpServerName, name: string, args: unknown, meta: object = {}) {
  const { result, error } = await rpc(server, "tools/call", { name, arguments: args, _meta: meta });
  if (error !== undefined) return { text: error.message, isError: true };
  const content = result?.["content"] as { text: string }[];
  return { text: content[0]?.text ?? "", isError: result?.["isError"] as boolean };
}

async function names(server: McpServerName): Promise<string[]> {
  const { result } = await rpc(server, "tools/list", {});
  return ((result?.["tools"] ?? []) as { name: string }[]).map(({ name }) => name);
}

const message = (body: string): Message => ({
  id: ID,
  from: "bob",
  to: "alice",
  body,
  priority: "normal",
  state: "delivered",
  redelivered: 0,
  created_at: "2026-11-23T00:00:00.000Z",
});

describe("mcp servers", () => {
  test("refuse a request without the token, from a page, for another host, or with another method", async () => {
    const { url, headers } = mcp.mcpConfig.mcpServers.bash;
    const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
    const status = async (init: RequestInit) => (await fetch(url, init)).status;
    expect(await status({ method: "POST", body: JSON.stringify(ping) })).toBe(401);
    expect((await post("bash", ping, { Authorization: "Bearer wrong" })).status).toBe(401);
    expect((await post("bash", ping, { Origin: "http://127.0.0.1:7000" })).status).toBe(403);
    expect((await post("bash", ping, { Host: "evil.example" })).status).toBe(403);
    expect(await status({ method: "GET", headers: { ...headers } })).toBe(405);
    expect((await post("bash", ping)).status).toBe(200);
    expect((await post("bash", "nonsense")).status).toBe(400);
    expect((await post("bash", [ping])).status).toBe(400);
  });

  test("initialize, and accept notifications", async () => {
    const { result } = await rpc("hyperhive", "initialize", { protocolVersion: "2025-06-18" });
    expect(result).toMatchObject({ protocolVersion: "2025-06-18", serverInfo: { name: "hyperhive" } });
    const note = await post("hyperhive", { jsonrpc: "2.0", method: "notifications/initialized" });
    expect(note.status).toBe(202);
    expect((await rpc("hyperhive", "resources/list", {})).error?.code).toBe(-32601);
  });

  test("offer the manager's tools to the manager alone", async () => {
    expect(await names("bash")).toEqual(["run", "run_background", "output", "kill"]);
    expect(await names("hyperhive")).not.toContain("request_spawn");
    expect((await use("hyperhive", "restart", { agent: "bob" })).text).toContain('no tool "restart"');
    role = "manager";
    expect(await names("hyperhive")).toContain("request_spawn");
    expect((await use("hyperhive", "restart", { agent: "bob" })).text).toBe(
      'agent "bob" was told to restart',
    );
    expect(asked).toEqual([{ key: "control", input: { agent: "bob", action: "restart" } }]);
  });

  test("give each side effect a key that a repeat of the attempt meets again", async () => {
    answers["send"] = () => ({ ids: [ID], repeated: false });
    const keys = async (uses: readonly string[]) => {
      mcp.newAttempt();
      asked = [];
      for (const id of uses) {
        await use("hyperhive", "send", { to: "bob", body: "hi" }, { "claudecode/toolUseId": id });
      }
      return asked.map(({ input }) => String(input["effect_key"]));
    };
    const first = await keys(["toolu_1", "toolu_2", "toolu_2"]);
    expect(first[0]).toMatch(new RegExp(`^${LEASE}:send:[0-9a-f]{64}:0$`));
    expect(first[1]?.endsWith(":1")).toBe(true);
    expect(first[2]).toBe(first[1] ?? "");
    expect(asked[0]?.input["lease_id"]).toBe(LEASE);
    expect(await keys(["toolu_8", "toolu_9"])).toEqual(first.slice(0, 2));
  });

  test("say what is wrong with arguments, and do nothing then", async () => {
    const { text, isError } = await use("hyperhive", "send", { to: "../x", text: "hi" });
    expect(isError).toBe(true);
    expect(text).toContain("nothing was done");
    expect(text).toContain('"body"');
    expect(asked).toEqual([]);
    expect((await use("hyperhive", "remind", { body: "x" })).text).toContain('either "at" or "in_seconds"');
  });

  test("pass on what the hive refused, in its words", async () => {
    answers["send"] = () => {
      throw new HiveError("not_found", 'there is no agent "bob"', { hint: "list_agents" });
    };
    const { text, isError } = await use("hyperhive", "send", { to: "bob", body: "hi" });
    expect([text, isError]).toEqual(['there is no agent "bob" (list_agents)', true]);
  });

  test("wait out a link that is down for a moment", async () => {
    let tries = 0;
    answers["send"] = () => {
      if (++tries < 3) throw new HiveError("unavailable", "hive-c0re cannot be reached");
      return { ids: [ID], repeated: false };
    };
    expect((await use("hyperhive", "send", { to: "bob", body: "hi" })).text).toBe(`sent: ${ID}`);
    expect(new Set(asked.map(({ input }) => input["effect_key"])).size).toBe(1);
  });

  test("take waiting messages in: fenced, marked read, journaled", async () => {
    answers["leaseMore"] = () => ({ messages: [message("look /here")] });
    const { text } = await use("hyperhive", "recv", {});
    expect(text).toContain("from: bob");
    expect(asked.at(-1)).toEqual({ key: "read", input: { lease_id: LEASE, message_ids: [ID] } });
    expect((await journal.history({ limit: 1 })).events[0]?.data).toMatchObject({
      kind: "message_in",
      id: ID,
    });
  });

  test("bring an answer into the turn, or say that it will come", async () => {
    const question = {
      id: ID,
      from: "alice",
      to: "operator",
      question: "red?",
      choices: [],
      state: "open",
      asked_at: "2026-11-23T00:00:00.000Z",
    };
    answers["ask"] = () => ({ question });
    answers["awaitAnswer"] = () => ({ question, messages: [] });
    expect((await use("hyperhive", "ask", { question: "red?", wait_seconds: 1 })).text).toContain(
      "no answer yet",
    );
    answers["awaitAnswer"] = () => ({
      question: { ...question, state: "answered", answer: "blue" },
      messages: [message("blue")],
    });
    const { text } = await use("hyperhive", "ask", { question: "red?" });
    expect(text).toContain(`question ${ID} is answered`);
    expect(text).toContain("blue");
  });

  test("keep the list of things to do in the journal, with ids that stay", async () => {
    await use("hyperhive", "todo_write", { todos: [{ text: "a" }, { text: "b", state: "doing" }] });
    const b = journal.todos()[1];
    await use("hyperhive", "todo_write", { todos: [{ text: "c" }, { text: "b", state: "done" }] });
    expect(journal.todos()).toEqual([
      { id: "3", text: "c", state: "open" },
      { id: b?.id ?? "", text: "b", state: "done" },
    ]);
  });

  test("run commands within the agent's time, and know that they are busy", async () => {
    const running = use("bash", "run", { command: "echo one; sleep 300", timeout_seconds: 1 });
    while (!mcp.busy()) await new Promise((resolve) => setImmediate(resolve));
    const { text, isError } = await running;
    expect(text).toMatch(/^one\n\[command \w+: killed after its timeout of 1s/);
    expect(isError).toBe(true);
    expect(mcp.busy()).toBe(false);
  });

  test("show, page and end a background command", async () => {
    const { text } = await use("bash", "run_background", { command: "echo hello; sleep 300" });
    const id = /command (\w+) runs/.exec(text)?.[1] ?? "";
    let shown = "";
    while (!shown.includes("hello")) shown = (await use("bash", "output", { id })).text;
    expect(shown).toContain("runs since");
    expect((await use("bash", "output", { id, after: 6 })).text).not.toContain("hello");
    expect((await use("bash", "kill", { id })).text).toContain("killed: you asked for it");
  });

  test("kill a command whose call claude cancels or abandons", async () => {
    const cancelled = rpc("bash", "tools/call", { name: "run", arguments: { command: "sleep 300" } });
    const id = lastId;
    while (!mcp.busy()) await new Promise((resolve) => setImmediate(resolve));
    const started = performance.now();
    await post("bash", { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id } });
    await cancelled;
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(mcp.busy()).toBe(false);
  });
});

describe("a slow call", () => {
  test("is answered as a stream that reports progress", async () => {
    const clock = manualClock();
    const work = Promise.withResolvers<{ text: string; isError: boolean }>();
    const server = { name: "x", version: "1", instructions: "", tools: [], run: () => work.promise };
    const http = await serveMcp({ servers: { x: server }, token: "t", clock, log: silentLogger });
    const params = { name: "slow", _meta: { progressToken: 7 } };
    const asking = fetch(`${http.url}/mcp/x`, {
      method: "POST",
      headers: { authorization: "Bearer t" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
    });
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(6_000);
    const response = await asking;
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    await clock.advance(60_000);
    work.resolve({ text: "done", isError: false });
    const text = await response.text();
    const frames = text.match(/data: .*/g)?.map((line) => JSON.parse(line.slice(6))) ?? [];
    expect(frames.slice(0, -1).map(({ params }) => [params.progressToken, params.progress])).toEqual([
      [7, 0],
      [7, 20],
      [7, 40],
      [7, 60],
    ]);
    expect(frames.at(-1)).toMatchObject({ id: 1, result: { isError: false } });
    await http.stop({ graceful: false });
  });
});
