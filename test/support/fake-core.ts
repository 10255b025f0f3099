// The agent socket as hive-c0re offers it, for tests of the harness alone: a queue in memory with the broker's rules
// of leases, and pushes by hand. Not a second broker: nothing is durable, and only the link's verbs are here.

import { systemClock } from "../../src/lib/clock.ts";
import { ulid } from "../../src/lib/ids.ts";
import type { Conn } from "../../src/platform/conn.ts";
import { readLines } from "../../src/platform/json-lines.ts";
import { listenUnix } from "../../src/platform/unix-socket.ts";
import { AgentConfig, type AgentConfigInput } from "../../src/wire/agent-config.ts";
import type { Input } from "../../src/wire/endpoint.ts";
import { type HarnessSettings, type LinkPush, linkEndpoints } from "../../src/wire/link.ts";
import type { Message } from "../../src/wire/messages.ts";

export type Finish = Input<typeof linkEndpoints.finish>;
export type Hello = Input<typeof linkEndpoints.hello>;
export type Report = Input<typeof linkEndpoints.report>;

export interface FakeCore extends AsyncDisposable {
  readonly path: string;
  readonly finishes: readonly Finish[];
  readonly reads: readonly string[];
  readonly reports: readonly Report[];
  readonly hellos: readonly Hello[];
  readonly requests: readonly { readonly cmd: string; readonly at: number }[];
  settings: HarnessSettings;
  send(body: string, over?: Partial<Message>): Message;
  /** Into the open lease, with its push. */
  sendUrgent(body: string): Message;
  /** A lease with this id, as one that is given out again. */
  give(leaseId: string, body: string): void;
  push(frame: LinkPush): void;
  /** Resolves when it is true, looked at after each frame. */
  until(what: string, test: () => boolean, ms?: number): Promise<void>;
  /** As a restart of c0re looks from the harness. */
  drop(): void;
  /** What the next greeting says of a lease. */
  leaseAnswer: "held" | "lost";
}

interface Open {
  readonly id: string;
  attempt: number;
  readonly messages: Message[];
}

export interface FakeCoreOptions {
  readonly path: string;
  readonly config?: AgentConfigInput;
  readonly agent?: string;
}

/** What the stand-in knows; changed by frames and by the test. */
interface CoreState {
  readonly queue: Message[];
  readonly finishes: Finish[];
  readonly reads: string[];
  readonly reports: Report[];
  readonly hellos: Hello[];
  readonly requests: { cmd: string; at: number }[];
  readonly watchers: Set<() => void>;
  readonly conns: Set<Conn>;
  readonly nextId: () => string;
  open: Open | undefined;
  asked: { rid: number; conn: Conn } | undefined;
  settings: HarnessSettings;
  leaseAnswer: "held" | "lost";
}

function newState({ agent = "alice", config }: FakeCoreOptions): CoreState {
  return {
    queue: [],
    finishes: [],
    reads: [],
    reports: [],
    hellos: [],
    requests: [],
    watchers: new Set(),
    conns: new Set(),
    nextId: ulid(systemClock),
    open: undefined,
    asked: undefined,
    leaseAnswer: "held",
    settings: {
      agent,
      role: "agent",
      config: AgentConfig.parse({ model: "sonnet", ...config }),
      paused: false,
      ticket_public_key: "",
      allowed_origins: [],
    },
  };
}

function answer(conn: Conn, rid: number, body: object): void {
  conn.write(`${JSON.stringify({ rid, ok: true, ...body })}\n`);
}

function give(state: CoreState): void {
  const { asked, queue } = state;
  if (asked === undefined || state.settings.paused) return;
  if (state.open === undefined && queue.length > 0)
    state.open = { id: state.nextId(), attempt: 0, messages: queue.splice(0, 20) };
  const { open } = state;
  if (open === undefined) return;
  open.attempt += 1;
  const { id, attempt, messages } = open;
  answer(asked.conn, asked.rid, { lease: { id, attempt, messages, already_done: [] } });
  state.asked = undefined;
}

function greet(state: CoreState, input: Hello): object {
  state.hellos.push(input);
  const lease = input.lease_id === undefined ? {} : { lease: state.leaseAnswer };
  return { settings: state.settings, ...lease };
}

function finish(state: CoreState, input: Finish): void {
  state.finishes.push(input);
  // A batch that did not end well stays the open lease: the same one, in order, next time.
  const well = input.outcome === "ok" || input.outcome === "interrupted";
  if (well && state.open?.id === input.lease_id) state.open = undefined;
}

function handle(state: CoreState, conn: Conn, line: string): void {
  const { rid, cmd, ...rest } = JSON.parse(line) as { rid: number; cmd: string };
  state.requests.push({ cmd, at: performance.now() });
  if (cmd === "hello") answer(conn, rid, greet(state, linkEndpoints.hello.input.parse(rest)));
  else if (cmd === "lease") state.asked = { rid, conn };
  else if (cmd === "finish") {
    finish(state, linkEndpoints.finish.input.parse(rest));
    answer(conn, rid, {});
  } else if (cmd === "read") {
    state.reads.push(...linkEndpoints.read.input.parse(rest).message_ids);
    answer(conn, rid, {});
  } else if (cmd === "report") {
    state.reports.push(linkEndpoints.report.input.parse(rest));
    answer(conn, rid, {});
  } else
    conn.write(`${JSON.stringify({ rid, ok: false, error: `no "${cmd}" here`, code: "unknown_command" })}\n`);
  give(state);
  for (const look of [...state.watchers]) look();
}

async function serve(state: CoreState, conn: Conn): Promise<void> {
  state.conns.add(conn);
  for await (const line of readLines(conn)) handle(state, conn, line);
  state.conns.delete(conn);
  if (state.asked?.conn === conn) state.asked = undefined;
}

function newMessage(state: CoreState, body: string, over: Partial<Message> = {}): Message {
  return {
    id: state.nextId(),
    from: "operator",
    to: state.settings.agent,
    body,
    priority: "normal",
    state: "queued",
    redelivered: 0,
    created_at: new Date().toISOString(),
    ...over,
  };
}

export async function startFakeCore(options: FakeCoreOptions): Promise<FakeCore> {
  const { path } = options;
  const state = newState(options);
  const listener = await listenUnix({ path, onConnection: (conn) => serve(state, conn) });
  const push = (frame: LinkPush): void => {
    for (const conn of state.conns) conn.write(`${JSON.stringify(frame)}\n`);
  };
  // The state itself, so that a test sees and sets what the stand-in knows.
  return Object.assign(state, {
    path,
    send: (body: string, over?: Partial<Message>) => {
      const made = newMessage(state, body, over);
      state.queue.push(made);
      give(state);
      return made;
    },
    sendUrgent: (body: string) => {
      if (state.open === undefined) throw new Error("no lease is open");
      const made = newMessage(state, body, { priority: "urgent" });
      state.open.messages.push(made);
      push({ push: "urgent", lease_id: state.open.id, messages: [made] });
      return made;
    },
    give: (leaseId: string, body: string) => {
      state.open = { id: leaseId, attempt: 1, messages: [newMessage(state, body)] };
      give(state);
    },
    push,
    until: (what: string, test: () => boolean, ms = 15_000) =>
      waitUntil({ what, test, ms, watchers: state.watchers }),
    drop: () => {
      for (const conn of state.conns) conn.destroy();
    },
    [Symbol.asyncDispose]: () => listener.close(),
  });
}

interface Waiting {
  readonly what: string;
  readonly test: () => boolean;
  readonly ms: number;
  readonly watchers: Set<() => void>;
}

function waitUntil({ what, test, ms, watchers }: Waiting): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      watchers.delete(look);
    };
    const look = (): void => {
      if (!test()) return;
      end();
      resolve();
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`waited ${ms} ms in vain for: ${what}`));
    }, ms);
    watchers.add(look);
    look();
  });
}
