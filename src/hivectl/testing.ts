/** For tests of hivectl: a recorded terminal, and a host socket that answers by a table. Not part of the program. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLines } from "../platform/json-lines.ts";
import { listenUnix } from "../platform/unix-socket.ts";
import { parseJson, stringifyJson } from "../wire/json.ts";
import type { Io } from "./context.ts";
import { hivectl } from "./main.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Which descriptors are terminals. */
  readonly terminals?: readonly number[];
  /** What is typed when it asks. */
  readonly answer?: string;
  readonly signal?: AbortSignal;
  readonly now?: number;
}

/** One command line, in this process. */
export async function run(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const texts = { 1: "", 2: "" };
  const io: Io = {
    env: options.env ?? {},
    write: (fd, text) => {
      texts[fd] += text;
    },
    isTerminal: (fd) => options.terminals?.includes(fd) ?? false,
    columns: () => 80,
    readFile: (path) => Promise.reject(Object.assign(new Error(path), { code: "ENOENT" })),
    readStdin: () => options.stdin ?? "",
    readAnswer: () => options.answer,
    now: () => options.now ?? Date.parse("2026-11-23T12:00:00.000Z"),
    interrupted: () => options.signal ?? new AbortController().signal,
  };
  const code = await hivectl(words, io);
  return { code, out: texts[1], err: texts[2] };
}

type Request = Readonly<Record<string, unknown>>;
/** The fields of a success, an error body, or the frames of a stream. */
type Reply = Request | readonly Request[];

export interface FakeHive {
  readonly path: string;
  /** The lines it got, parsed. */
  readonly requests: Request[];
  run(words: readonly string[], options?: RunOptions): Promise<Ran>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Answers each verb from the table; a verb that is not in it is refused. */
export async function fakeHive(table: Readonly<Record<string, Reply | (() => Reply)>>): Promise<FakeHive> {
  const directory = mkdtempSync(join(tmpdir(), "hivectl-"));
  const requests: Request[] = [];
  const listener = await listenUnix({
    path: join(directory, "host.sock"),
    onConnection: async (conn) => {
      for await (const line of readLines(conn)) {
        const request = parseJson(line) as Request;
        requests.push(request);
        const entry = table[String(request["cmd"])] ?? { error: "no such verb", code: "unknown_command" };
        const reply = typeof entry === "function" ? entry() : entry;
        for (const fields of Array.isArray(reply) ? reply : [reply]) {
          conn.write(`${stringifyJson({ version: 1, ok: !("error" in fields), ...fields })}\n`);
        }
        if (Array.isArray(reply)) break;
      }
      conn.end();
    },
  });
  return {
    path: listener.path,
    requests,
    run: (words, options = {}) =>
      run(words, { ...options, env: { HIVE_SOCKET: listener.path, ...options.env } }),
    [Symbol.asyncDispose]: async () => {
      await listener.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A row of `agents`, running and idle unless said otherwise. */
export function agentRow(name: string, more: Request = {}): Request {
  return {
    name,
    role: "agent",
    backend: "bubblewrap",
    isolated: true,
    created_at: "2026-11-23T10:00:00.000Z",
    expected: "running",
    process: "running",
    restarts: 0,
    connected: true,
    state: { kind: "idle" },
    state_since: "2026-11-23T11:59:48.000Z",
    paused: false,
    web_port: 8100,
    queued: 0,
    in_turn: 0,
    pending_reminders: 0,
    cost_today_usd: 0,
    ...more,
  };
}
