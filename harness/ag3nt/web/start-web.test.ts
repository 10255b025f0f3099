import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualClock, systemClock } from "../../../src/lib/clock.ts";
import { toBase64Url } from "../../../src/lib/ticket.ts";
import { listenTcp } from "../../../src/platform/listen.ts";
import { silentLogger } from "../../../src/platform/log.ts";
import type { JournalFrame } from "../../../src/wire/journal.ts";
import { TICKET_AUDIENCE, type TicketClaims, type TicketRight } from "../../../src/wire/ticket.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import { startWeb, type Web, type WebOptions } from "./start-web.ts";

const keys = generateKeyPairSync("ed25519");
const publicKey = keys.publicKey.export({ type: "spki", format: "der" }).toString("base64");

function ticket(claims: Partial<TicketClaims> = {}, privateKey = keys.privateKey): string {
  const rights: TicketRight[] = ["read", "send", "control"];
  const exp = Math.floor(Date.now() / 1000) + 60;
  const all = { agent: "alice", aud: TICKET_AUDIENCE, exp, jti: "1", rights, ...claims };
  const payload = toBase64Url(new TextEncoder().encode(JSON.stringify(all)));
  return `${payload}.${toBase64Url(sign(null, Buffer.from(payload), privateKey))}`;
}

let dir: string;
let journal: Journal;
let web: Web;
let done: unknown[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "hive-web-"));
  journal = openJournal({ path: join(dir, "events.sqlite"), clock: systemClock });
  done = [];
  const started = await startWeb(options());
  if (started === undefined) throw new Error("it did not start");
  web = started;
});
afterEach(async () => {
  await web.stop();
  journal.close();
  rmSync(dir, { recursive: true, force: true });
});

function options(): WebOptions {
  return {
    agent: "alice",
    host: "127.0.0.1",
    port: 0,
    journal,
    info: () => ({
      agent: "alice",
      state: { kind: "idle" },
      state_since: "2026-11-23T00:00:00.000Z",
      connected: true,
      warm: false,
      queued: 0,
      last_seq: journal.lastSeq(),
      version: "0",
    }),
    actions: {
      send: async (given, message) => {
        done.push({ given, message });
        return { id: "01BX5ZZKBKACTAV9WEVGEMMVRZ" };
      },
      attach: ({ file, offset }) => ({ path: file, size: offset }),
      cancel: () => true,
      setModel: (model) => void done.push(model),
      setEffort: (effort) => void done.push(effort),
    },
    ticketKey: () => publicKey,
    allowedOrigins: () => ["http://127.0.0.1:7000"],
    log: silentLogger,
    clock: systemClock,
  };
}

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${web.port}${path}`, {
    headers: { authorization: `Bearer ${ticket()}`, ...headers },
  });
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${web.port}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${ticket()}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** Reads frames until there are `count`. */
async function frames(
  response: Response,
  count: number,
): Promise<{ id: number | undefined; frame: JournalFrame }[]> {
  const read: { id: number | undefined; frame: JournalFrame }[] = [];
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) {
      const data = /^data: (.*)$/m.exec(part)?.[1];
      const id = /^id: (\d+)$/m.exec(part)?.[1];
      if (data !== undefined)
        read.push({ id: id === undefined ? undefined : Number(id), frame: JSON.parse(data) });
    }
    if (read.length >= count) break;
  }
  return read;
}

describe("harness web", () => {
  test("lets nobody in without a good ticket for this agent and this right", async () => {
    const status = async (token: string, path = "/api/state") =>
      (await get(path, { authorization: `Bearer ${token}` })).status;
    const other = generateKeyPairSync("ed25519").privateKey;
    expect(await status(ticket())).toBe(200);
    expect(await status("x")).toBe(401);
    expect(await status(ticket({}, other))).toBe(401);
    expect(await status(ticket({ agent: "bob" }))).toBe(401);
    expect(await status(ticket({ exp: Math.floor(Date.now() / 1000) - 1 }))).toBe(401);
    expect(await status(ticket({ aud: "other" as never }))).toBe(401);
    expect(await status(ticket({ rights: ["send"] }))).toBe(401);
    const readOnly = { authorization: `Bearer ${ticket({ rights: ["read"] })}` };
    expect((await post("/send", { body: "hi" }, readOnly)).status).toBe(401);
    expect((await post("/api/cancel", {}, readOnly)).status).toBe(401);
    expect((await fetch(`http://127.0.0.1:${web.port}/events/history`)).status).toBe(401);
  });

  test("refuses foreign hosts and origins before it looks at anything else", async () => {
    expect((await get("/api/state", { host: "evil.example" })).status).toBe(403);
    expect((await get("/", { host: "evil.example" })).status).toBe(403);
    expect((await get("/api/state", { origin: "http://127.0.0.1:8999" })).status).toBe(403);
    expect((await get("/api/state", { origin: "null" })).status).toBe(403);
    expect((await get("/api/state", { origin: `http://127.0.0.1:${web.port}` })).status).toBe(200);
    const dashboard = await get("/api/state", { origin: "http://127.0.0.1:7000" });
    expect(dashboard.headers.get("access-control-allow-origin")).toBe("http://127.0.0.1:7000");
  });

  test("answers with strict headers and no cookie", async () => {
    const response = await get("/");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(await response.text()).toContain("agent alice");
  });

  test("serves history and search", async () => {
    for (const text of ["one", "two", "three"]) journal.append({ kind: "text", text });
    const page = (await (await get("/events/history?limit=2")).json()) as {
      events: { seq: number }[];
      more: boolean;
    };
    expect([page.events.map(({ seq }) => seq), page.more]).toEqual([[2, 3], true]);
    const found = (await (await get("/events/history?search=tw")).json()) as typeof page;
    expect(found.events.map(({ seq }) => seq)).toEqual([2]);
    expect((await get("/events/history?limit=0")).status).toBe(400);
    expect((await get("/events/history?wrong=1")).status).toBe(400);
  });

  test("streams what was missed and what comes, numbered, deltas without a number", async () => {
    for (let i = 1; i <= 5; i++) journal.append({ kind: "text", text: `${i}` });
    const response = await get("/events/stream?after=1", { "last-event-id": "3" });
    const reading = frames(response, 4);
    while (journal.lastSeq() < 6) {
      await new Promise((resolve) => setImmediate(resolve));
      journal.delta({ kind: "text_delta", text: "6" });
      journal.append({ kind: "text", text: "6" });
    }
    const read = await reading;
    expect(read.filter(({ frame }) => frame.type === "event").map(({ id }) => id)).toEqual([4, 5, 6]);
    expect(read.find(({ frame }) => frame.type === "delta")?.id).toBeUndefined();
  });

  test("sends as the operator, cuts, ticks off, chooses", async () => {
    const token = ticket();
    const sent = await post("/send", { body: "hi" }, { authorization: `Bearer ${token}` });
    expect(await sent.json()).toEqual({ id: "01BX5ZZKBKACTAV9WEVGEMMVRZ" });
    expect(done).toEqual([{ given: token, message: { body: "hi", priority: "normal" } }]);
    expect(await (await post("/api/cancel", {})).json()).toEqual({ interrupted: true });
    journal.setTodos([{ id: "1", text: "eat", state: "open" }]);
    expect(await (await post("/api/todos/mark-done", { id: "1" })).json()).toEqual({
      todos: [{ id: "1", text: "eat", state: "done" }],
    });
    expect((await post("/api/todos/mark-done", { id: "9" })).status).toBe(404);
    await post("/api/model", { model: "opus" });
    await post("/api/effort", { effort: "high" });
    expect((await post("/api/model", { model: "--flag" })).status).toBe(400);
    expect(done.slice(1)).toEqual(["opus", "high"]);
    expect((await post("/send", { body: "" })).status).toBe(400);
    expect((await get("/nowhere")).status).toBe(404);
  });

  test("goes without when its port stays taken, and says so in the journal", async () => {
    const taken = await listenTcp({ host: "127.0.0.1", port: 0, onConnection: (socket) => socket.destroy() });
    const clock = manualClock(Date.now());
    const starting = startWeb({ ...options(), port: taken.port, clock });
    let ended = false;
    starting.then(
      () => {
        ended = true;
      },
      () => {},
    );
    while (!ended) await clock.advance(1_000);
    expect(await starting).toBeUndefined();
    expect((await journal.history({ limit: 1 })).events[0]?.data).toMatchObject({
      kind: "notice",
      level: "warn",
    });
    await taken.close(true);
  });

  test("ends its streams when it stops", async () => {
    const response = await get("/events/stream");
    const reading = frames(response, 1);
    await web.stop();
    expect(await reading).toEqual([]);
  });
});
