/**
 * A hive of cardboard for the pages: the real bundle and the real headers, scripted data, live streams that a test
 * can feed and cut. `bun test/support/web-fixture.ts [port]` serves it for a look by hand.
 */
import { createPages } from "../../src/core/doors/http/pages.ts";
import { SECURITY_HEADERS } from "../../src/lib/security-headers.ts";
import { loadWebAssets } from "../../src/web/assets.ts";
import { EMPTY, type HiveState, reduce } from "../../src/web/state.ts";
import type { Endpoint } from "../../src/wire/endpoint.ts";
import { ERRORS, HiveError, toErrorBody } from "../../src/wire/errors.ts";
import { eventText } from "../../src/wire/event-text.ts";
import type { HiveEvent, HiveEventData } from "../../src/wire/events.ts";
import type { JournalData, JournalDelta, JournalEvent } from "../../src/wire/journal.ts";
import { parseJson, stringifyJson } from "../../src/wire/json.ts";
import type { Message } from "../../src/wire/messages.ts";
import { operatorWire } from "../../src/wire/wire.ts";
import { changeOf, deploymentsOf } from "./web-deploys.ts";
import { journalScene } from "./web-journal.ts";
import { notifyHandlers } from "./web-notify.ts";
import { operationWatches, startedOperation } from "./web-operations.ts";
import { scene, sceneId } from "./web-scene.ts";
import { follow, type Stream } from "./web-sse.ts";

const TOKEN = "cardboard-token";
type Fields = Readonly<Record<string, unknown>>;

export interface WebFixture {
  readonly url: string;
  readonly loginUrl: string;
  readonly calls: { readonly cmd: string; readonly input: Fields }[];
  readonly state: () => HiveState;
  emit(data: HiveEventData): void;
  emitJournal(data: JournalData): void;
  emitDelta(delta: JournalDelta): void;
  /** Further lines of an operation's log, for those who watch it. */
  emitLog(id: string, ...lines: readonly string[]): void;
  /** Moves a message on its way. */
  deliver(id: string, state: Message["state"]): void;
  /** Ends every connection and answers no more, as when the daemon was killed. */
  kill(): Promise<void>;
  revive(): void;
  /** Refuses the token from now on. */
  revoke(): void;
  /** Takes it again. */
  admit(): void;
  /** Last-Event-ID of each stream of the timeline that was resumed. */
  resumedAfter(): readonly number[];
  stop(): Promise<void>;
}

export function startWebFixture(port = 0): WebFixture {
  const bed = createBed();
  const pages = createPages(loadWebAssets());
  const serve = (at: number) =>
    Bun.serve({
      hostname: "127.0.0.1",
      port: at,
      idleTimeout: 60,
      fetch: async (request) => {
        const { pathname } = new URL(request.url);
        const response = pathname.startsWith("/api/") ? await answer(bed, request) : pages(request);
        for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);
        return response;
      },
    });
  let server = serve(port);
  const at = server.port ?? 0;
  const url = `http://127.0.0.1:${at}`;
  const end = async (): Promise<void> => {
    for (const stream of [...bed.streams, ...bed.journalStreams, ...bed.watches.streams()]) stream.close();
    await server.stop(true);
  };
  return {
    url,
    loginUrl: `${url}/#login=good-code`,
    calls: bed.calls,
    state: () => bed.state,
    emit: bed.emit,
    emitJournal: bed.emitJournal,
    emitDelta: (delta) => {
      for (const stream of bed.journalStreams) stream.send({ type: "delta", delta });
    },
    emitLog: bed.watches.say,
    deliver: bed.deliver,
    kill: end,
    revive: () => {
      server = serve(at);
    },
    revoke: () => {
      bed.allowed = false;
    },
    admit: () => {
      bed.allowed = true;
    },
    resumedAfter: () => bed.resumed,
    stop: end,
  };
}

type Bed = ReturnType<typeof createBed>;

function createBed() {
  const now = Date.now();
  const streams = new Set<Stream>();
  const journalStreams = new Set<Stream>();
  const snapshot = scene(now);
  const watches = operationWatches(snapshot.operations, (id) => bed.state.operations.get(id));
  const events: HiveEvent[] = [];
  const journal: JournalEvent[] = journalScene(now);
  const bed = {
    allowed: true,
    resumed: [] as number[],
    calls: [] as { readonly cmd: string; readonly input: Fields }[],
    state: reduce(EMPTY, { type: "snapshot", snapshot }),
    watches,
    notify: notifyHandlers(),
    streams,
    journalStreams,
    events,
    journal,
    emit: (data: HiveEventData): void => {
      const event = { seq: bed.state.seq + 1, at: new Date().toISOString(), data };
      bed.state = reduce(bed.state, { type: "event", event });
      events.push(event);
      for (const stream of streams) stream.send({ type: "event", event }, event.seq);
      if (data.type === "operation") watches.changed(data.operation.id);
    },
    emitJournal: (data: JournalData): void => {
      const event = { seq: (journal.at(-1)?.seq ?? 0) + 1, at: new Date().toISOString(), data };
      journal.push(event);
      for (const stream of journalStreams) stream.send({ type: "event", event }, event.seq);
    },
    deliver: (id: string, state: Message["state"]): void => {
      const message = bed.state.messages.get(id);
      if (message === undefined) throw new Error(`no message "${id}"`);
      const time =
        state === "queued" || state === "failed" ? {} : { [`${state}_at`]: new Date().toISOString() };
      bed.emit({ type: "message", message: { ...message, state, ...time } });
    },
  };
  return bed;
}

async function answer(bed: Bed, request: Request): Promise<Response> {
  try {
    const { endpoint, params } = match(request);
    const bearer = request.headers.get("authorization");
    if (endpoint.access !== "public" && (!bed.allowed || bearer !== `Bearer ${TOKEN}`))
      throw new HiveError("unauthorized", "this needs a login", { hint: "hivectl login" });
    const text = await request.text();
    const query = Object.fromEntries(new URL(request.url).searchParams);
    const body = text === "" ? {} : (parseJson(text) as Fields);
    const input = endpoint.input.parse({ ...query, ...body, ...params }) as Fields;
    bed.calls.push({ cmd: endpoint.cmd, input });
    const last = Number(request.headers.get("last-event-id") ?? input["after"] ?? Number.NaN);
    if (endpoint.cmd === "events" && request.headers.has("last-event-id")) bed.resumed.push(last);
    if (endpoint.cmd === "events")
      return follow(bed.streams, request, (send) => firstFrames(bed, last, send));
    if (endpoint.cmd === "watch_operation") return bed.watches.open(String(input["id"]), request);
    if (endpoint.cmd === "journal_stream")
      return follow(bed.journalStreams, request, (send) => {
        for (const event of bed.journal) if (event.seq > last) send({ type: "event", event }, event.seq);
      });
    return json(200, { ok: true, ...handle(bed, endpoint.cmd, input) });
  } catch (thrown) {
    const body = toErrorBody(thrown);
    return json(ERRORS[body.code].status, { ok: false, ...body });
  }
}

function firstFrames(bed: Bed, last: number, send: Stream["send"]): void {
  if (Number.isNaN(last)) send({ type: "snapshot", snapshot: snapshotOf(bed.state) }, bed.state.seq);
  else for (const event of bed.events) if (event.seq > last) send({ type: "event", event }, event.seq);
}

function snapshotOf(state: HiveState) {
  const tables = [
    "agents",
    "messages",
    "questions",
    "approvals",
    "operations",
    "reminders",
    "schedules",
  ] as const;
  const rows = Object.fromEntries(tables.map((name) => [name, [...state[name].values()]]));
  rows["operations"] = [...state.operations.values()].map((operation) => ({ ...operation, log: [] }));
  return { seq: state.seq, at: new Date().toISOString(), info: state.info, ...rows };
}

function json(status: number, body: unknown): Response {
  return new Response(stringifyJson(body), { status, headers: { "content-type": "application/json" } });
}

function match(request: Request): { readonly endpoint: Endpoint; readonly params: Fields } {
  const { pathname } = new URL(request.url);
  for (const endpoint of Object.values(operatorWire) as readonly Endpoint[]) {
    if (endpoint.http?.[0] !== request.method) continue;
    const pattern = new RegExp(`^${endpoint.http[1].replace(/:([a-z_]+)/g, "(?<$1>[^/]+)")}$`);
    const found = pattern.exec(pathname);
    if (found !== null) return { endpoint, params: { ...found.groups } };
  }
  throw new HiveError("not_found", "there is no such path");
}

function handle(bed: Bed, cmd: string, input: Fields): Fields {
  const handler = HANDLERS[cmd] ?? bed.notify[cmd];
  return handler === undefined ? {} : handler(bed, input);
}

let made = 0;
const HANDLERS: Readonly<Record<string, (bed: Bed, input: Fields) => Fields>> = {
  login: (_bed, { code }) => {
    if (code !== "good-code") throw new HiveError("unauthorized", "this login code is not good any more");
    return { token: TOKEN, expires_at: new Date(Date.now() + 1e9).toISOString() };
  },
  snapshot: (bed) => ({ snapshot: snapshotOf(bed.state) }),
  send: (bed, { to, body, priority }) => {
    const names = to === "all" ? [...bed.state.agents.keys()] : [String(to)];
    const ids = names.map((name) => {
      const id = sceneId(5000 + made++);
      const message = {
        id,
        from: "operator",
        to: name,
        body: String(body),
        priority,
        state: "queued",
        redelivered: 0,
      };
      bed.emit({ type: "message", message: { ...message, created_at: new Date().toISOString() } as Message });
      return id;
    });
    return { ids, repeated: false };
  },
  acknowledge: (bed, { ids }) => {
    const list = ids as readonly string[];
    for (const id of list) bed.deliver(id, "handled");
    return { acknowledged: list.length };
  },
  messages: () => ({ messages: [], more: false }),
  message: (bed, { id }) => ({ message: bed.state.messages.get(String(id)) }),
  search_messages: (bed, { query }) => ({
    hits: [...bed.state.messages.values()]
      .filter(({ body }) => body.includes(String(query)))
      .map((message) => ({
        kind: "message",
        message,
        at: message.created_at,
        excerpt: message.body.replace(String(query), `‹${String(query)}›`),
      })),
  }),
  answer: (bed, { id, answer: text }) => {
    const question = bed.state.questions.get(String(id));
    if (question === undefined) throw new HiveError("not_found", "there is no such question");
    const now = new Date().toISOString();
    const next = {
      ...question,
      state: "answered",
      answer: String(text),
      answered_by: "operator",
      answered_at: now,
    } as const;
    bed.emit({ type: "question", question: next });
    return { question: next };
  },
  approval_diff: (bed, { id }) => ({
    approval: bed.state.approvals.get(String(id)),
    stat: " agent.json | 2 +-",
    diff: '--- a/agent.json\n+++ b/agent.json\n@@ -1 +1 @@\n-{}\n+{"model":"opus"}\n',
  }),
  approve: (bed, { id }) => resolve(bed, String(id), "approved"),
  deny: (bed, { id }) => resolve(bed, String(id), "denied"),
  set_paused: (bed, { name, paused }) => {
    const agent = bed.state.agents.get(String(name));
    if (agent !== undefined) bed.emit({ type: "agent", agent: { ...agent, paused: paused === true } });
    return {};
  },
  start: (_bed, input) => ({ agent_names: (input["scope"] as { agent_names: string[] }).agent_names }),
  stop: (_bed, input) => ({ agent_names: (input["scope"] as { agent_names: string[] }).agent_names }),
  interrupt: () => ({ interrupted: true }),
  spawn: (bed, { name }) => {
    if (name === "full") throw new HiveError("limit", "the hive is full", { hint: "destroy an agent" });
    const id = sceneId(410);
    bed.emit({ type: "operation", operation: startedOperation(id, { kind: "spawn", agent: String(name) }) });
    return { operation_id: id };
  },
  config_log: (_bed, { name }) => ({ deployments: deploymentsOf(String(name)) }),
  config_diff: (_bed, { from, to }) => changeOf(String(from), String(to)),
  config_rollback: (bed, { name, to }) => {
    if (to === 3n) throw new HiveError("conflict", "something else is deployed right now");
    const id = sceneId(412);
    const about = { kind: "merge_config_pr", agent: String(name), step: "storing it" } as const;
    bed.emit({ type: "operation", operation: startedOperation(id, about) });
    const approval = {
      ...{ id: 60n, agent: "operator", kind: "merge_config_pr", commit_ref: `deployed/${to}` },
      ...{ requested_at: new Date().toISOString(), status: "approved", operation_id: id },
    };
    return { approval, operation_id: id };
  },
  destroy: () => ({ operation_id: sceneId(411) }),
  attach: (_bed, { upload, file, offset, data }) => ({
    path: `/agents/alice/state/attachments/${upload}-${file}`,
    size: Number(offset) + atob(String(data)).length,
  }),
  journal: (bed, { before, limit, search }) => {
    const words = String(search ?? "").toLowerCase();
    const older = bed.journal.filter(
      ({ seq, data }) =>
        (before === undefined || seq < Number(before)) && eventText(data).toLowerCase().includes(words),
    );
    const events = older.slice(-Number(limit));
    return { events, more: events.length < older.length };
  },
  todos: (bed) => {
    const last = bed.journal.findLast(({ data }) => data.kind === "todos")?.data;
    return { todos: last?.kind === "todos" ? last.todos : [] };
  },
  harness_info: (bed) => ({
    harness: {
      agent: "alice",
      state: { kind: "idle" },
      state_since: new Date().toISOString(),
      connected: true,
      warm: true,
      queued: 0,
      last_seq: bed.journal.at(-1)?.seq ?? 0,
      version: "0.1.0",
    },
  }),
};

function resolve(bed: Bed, id: string, status: "approved" | "denied"): Fields {
  const approval = bed.state.approvals.get(id);
  if (approval === undefined) throw new HiveError("not_found", "there is no such approval");
  if (approval.status !== "pending")
    throw new HiveError("conflict", `approval "${id}" is ${approval.status} already`);
  const by = { resolved_at: new Date().toISOString(), resolved_by: "operator (http session:cardboard-1)" };
  const next = { ...approval, status, ...by };
  bed.emit({ type: "approval", approval: next });
  return { approval: next };
}

if (import.meta.main) console.log(startWebFixture(Number(process.argv[2] ?? 0)).loginUrl);
