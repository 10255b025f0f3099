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
export type Report = Input<typeof linkEndpoints.report>;

export interface FakeCore extends AsyncDisposable {
  readonly path: string;
  readonly finishes: readonly Finish[];
  readonly reads: readonly string[];
  readonly reports: readonly Report[];
  readonly hellos: readonly Input<typeof linkEndpoints.hello>[];
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

export async function startFakeCore(options: FakeCoreOptions): Promise<FakeCore> {
  const { path, agent = "alice" } = options;
  const nextId = ulid(systemClock);
  const queue: Message[] = [];
  const finishes: Finish[] = [];
  const reads: string[] = [];
  const reports: Report[] = [];
  const hellos: FakeCore["hellos"][number][] = [];
  const requests: { cmd: string; at: number }[] = [];
  const watchers = new Set<() => void>();
  const conns = new Set<Conn>();
  let open: Open | undefined;
  let boot = "";
  let asked: { rid: number; conn: Conn } | undefined;

  const changed = (): void => {
    for (const each of [...watchers]) each();
  };
  const answer = (conn: Conn, rid: number, body: object): void =>
    void conn.write(`${JSON.stringify({ rid, ok: true, ...body })}\n`);

  const give = (): void => {
    if (asked === undefined || core.settings.paused) return;
    if (open === undefined && queue.length > 0)
      open = { id: nextId(), attempt: 0, messages: queue.splice(0, 20) };
    if (open === undefined) return;
    open.attempt += 1;
    const { id, attempt, messages } = open;
    answer(asked.conn, asked.rid, { lease: { id, attempt, messages, already_done: [] } });
    asked = undefined;
  };

  const onFinish = (input: Finish): void => {
    finishes.push(input);
    if (open?.id !== input.lease_id) return;
    const again = !["ok", "interrupted"].includes(input.outcome);
    // Kept as the open lease: the same batch, in order, next time.
    if (!again) open = undefined;
  };

  const handle = (conn: Conn, line: string): void => {
    const frame = JSON.parse(line) as { rid: number; cmd: string };
    const { rid, cmd, ...rest } = frame;
    requests.push({ cmd, at: performance.now() });
    if (cmd === "hello") {
      const input = linkEndpoints.hello.input.parse(rest);
      hellos.push(input);
      boot = input.boot_id;
      const lease = input.lease_id === undefined ? {} : { lease: core.leaseAnswer };
      answer(conn, rid, { settings: core.settings, ...lease });
    } else if (cmd === "lease") {
      asked = { rid, conn };
      give();
    } else if (cmd === "finish") {
      onFinish(linkEndpoints.finish.input.parse(rest));
      answer(conn, rid, {});
      give();
    } else if (cmd === "read") {
      reads.push(...linkEndpoints.read.input.parse(rest).message_ids);
      answer(conn, rid, {});
    } else if (cmd === "report") {
      reports.push(linkEndpoints.report.input.parse(rest));
      answer(conn, rid, {});
    } else
      conn.write(
        `${JSON.stringify({ rid, ok: false, error: `no "${cmd}" here`, code: "unknown_command" })}\n`,
      );
    changed();
  };

  const onConnection = async (conn: Conn): Promise<void> => {
    conns.add(conn);
    for await (const line of readLines(conn)) handle(conn, line);
    conns.delete(conn);
    if (asked?.conn === conn) asked = undefined;
  };

  const listener = await listenUnix({ path, onConnection });
  const message = (body: string, over: Partial<Message> = {}): Message => ({
    id: nextId(),
    from: "operator",
    to: agent,
    body,
    priority: "normal",
    state: "queued",
    redelivered: 0,
    created_at: new Date().toISOString(),
    ...over,
  });
  const push = (frame: LinkPush): void => {
    for (const conn of conns) conn.write(`${JSON.stringify(frame)}\n`);
  };

  const core: FakeCore = {
    path,
    finishes,
    reads,
    reports,
    hellos,
    requests,
    leaseAnswer: "held",
    settings: {
      agent,
      role: "agent",
      config: AgentConfig.parse({ model: "sonnet", ...options.config }),
      paused: false,
      ticket_public_key: "",
      allowed_origins: [],
    },
    send: (body, over) => {
      const made = message(body, over);
      queue.push(made);
      give();
      return made;
    },
    sendUrgent: (body) => {
      if (open === undefined) throw new Error(`no lease is open (boot "${boot}")`);
      const made = message(body, { priority: "urgent" });
      open.messages.push(made);
      push({ push: "urgent", lease_id: open.id, messages: [made] });
      return made;
    },
    give: (leaseId, body) => {
      open = { id: leaseId, attempt: 1, messages: [message(body)] };
      give();
    },
    push,
    until: (what, test, ms = 15_000) => waitUntil({ what, test, ms, watchers }),
    drop: () => {
      for (const conn of conns) conn.destroy();
    },
    [Symbol.asyncDispose]: () => listener.close(),
  };
  return core;
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
