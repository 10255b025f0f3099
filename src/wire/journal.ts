/**
 * What happened inside an agent's turns: the events of its journal, and the harness's web endpoints that serve
 * them. The browser and `hivectl agent watch` reach these through hive-c0re, which proxies the data only.
 */
import { z } from "zod";
import { HarnessState } from "./agents.ts";
import { AttachResult, attachFields } from "./attachments.ts";
import { endpoint } from "./endpoint.ts";
import { AgentName, Body, Effort, Model, Timestamp } from "./ids.ts";
import { TurnUsage } from "./usage.ts";

export const TurnOutcome = z.enum(["ok", "error", "interrupted", "needs_login", "rate_limited", "lost"]);
export type TurnOutcome = z.output<typeof TurnOutcome>;

/** Fields of an event that belongs to a subagent: the tool use that started it. */
const parent = { parent_tool_use_id: z.string().optional() };

/** What is stored, by `kind`. */
export const JournalData = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("turn_start"),
    lease_id: z.string(),
    attempt: z.int(),
    messages: z.array(z.object({ id: z.string(), from: z.string(), body: z.string() })),
    session_id: z.string(),
    /** `new` conversation, `resumed` from disk, `warm` process, or `lost` and begun anew. */
    session: z.enum(["new", "resumed", "warm", "lost"]),
  }),
  /** A message that joined the running turn. */
  z.object({ kind: z.literal("message_in"), id: z.string(), from: z.string(), body: z.string() }),
  z.object({ kind: z.literal("text"), text: z.string(), ...parent }),
  z.object({ kind: z.literal("thinking"), text: z.string(), ...parent }),
  z.object({
    kind: z.literal("tool_use"),
    tool_use_id: z.string(),
    name: z.string(),
    input: z.unknown(),
    ...parent,
  }),
  z.object({
    kind: z.literal("tool_result"),
    tool_use_id: z.string(),
    text: z.string(),
    is_error: z.boolean(),
    /** The text was longer than the journal keeps. */
    truncated: z.boolean().optional(),
    ...parent,
  }),
  /** Output of a running bash command, as it comes. */
  z.object({
    kind: z.literal("bash_output"),
    command_id: z.string(),
    tool_use_id: z.string().optional(),
    stream: z.enum(["stdout", "stderr"]),
    text: z.string(),
  }),
  z.object({ kind: z.literal("todos"), todos: z.array(z.lazy(() => Todo)) }),
  z.object({ kind: z.literal("state"), state: HarnessState }),
  /** A sentence for the reader: lost session, retry, watchdog, compaction. */
  z.object({ kind: z.literal("notice"), level: z.enum(["info", "warn", "error"]), text: z.string() }),
  z.object({
    kind: z.literal("turn_end"),
    lease_id: z.string(),
    outcome: TurnOutcome,
    reason: z.string().optional(),
    usage: TurnUsage.optional(),
  }),
  /** A line of claude that this version does not know: shown raw, never dropped. */
  z.object({ kind: z.literal("raw"), line: z.string() }),
]);
export type JournalData = z.output<typeof JournalData>;

export const Todo = z.object({
  id: z.string(),
  text: z.string(),
  state: z.enum(["open", "doing", "done"]),
});
export type Todo = z.output<typeof Todo>;

export const JournalEvent = z.object({ seq: z.int(), at: Timestamp, data: JournalData });
export type JournalEvent = z.output<typeof JournalEvent>;

/** Not stored, sent without an id: text as it is being written. Replaced by the stored event that follows. */
export const JournalDelta = z.object({
  kind: z.enum(["text_delta", "thinking_delta"]),
  text: z.string(),
  ...parent,
});
export type JournalDelta = z.output<typeof JournalDelta>;

/** One frame of a journal stream. `gap`: events after `after` up to `seq` are no longer stored. */
export const JournalFrame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("event"), event: JournalEvent }),
  z.object({ type: z.literal("delta"), delta: JournalDelta }),
  z.object({ type: z.literal("gap"), after: z.int(), seq: z.int() }),
]);
export type JournalFrame = z.output<typeof JournalFrame>;

/** What the harness answers to `GET /api/state`. */
export const HarnessInfo = z.object({
  agent: z.string(),
  state: HarnessState,
  state_since: Timestamp,
  session_id: z.string().optional(),
  model: z.string().optional(),
  effort: z.string().optional(),
  active_model: z.string().optional(),
  claude_version: z.string().optional(),
  /** Whether hive-c0re is reachable from here. */
  connected: z.boolean(),
  /** claude is in memory. */
  warm: z.boolean(),
  queued: z.int(),
  last_seq: z.int(),
  version: z.string(),
});
export type HarnessInfo = z.output<typeof HarnessInfo>;

const HistoryInput = {
  /** Events with a smaller seq. */
  before: z.coerce.number().int().min(1).optional(),
  /** Events with a larger seq. */
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  /** Only events whose text contains this. */
  search: z.string().min(1).max(200).optional(),
};

const History = z.object({
  /** Oldest first. */
  events: z.array(JournalEvent),
  /** Older ones exist. */
  more: z.boolean(),
});

/** Offered by hive-c0re to the operator; it asks the harness. */
export const journalEndpoints = {
  journal: endpoint({
    cmd: "journal",
    http: ["GET", "/api/v1/agents/:name/events/history"],
    access: "operator",
    input: z.strictObject({ name: AgentName, ...HistoryInput }),
    output: History,
    summary: "Stored events of an agent's turns, oldest first.",
  }),
  journalStream: endpoint({
    cmd: "journal_stream",
    http: ["GET", "/api/v1/agents/:name/events/stream"],
    access: "operator",
    input: z.strictObject({
      name: AgentName,
      /** Begin after this seq; absent: only what comes. */
      after: z.coerce.number().int().min(0).optional(),
    }),
    output: JournalFrame,
    stream: true,
    summary: "Events of an agent's turns as they come; the SSE form resumes by Last-Event-ID without a gap.",
  }),
  harnessInfo: endpoint({
    cmd: "harness_info",
    http: ["GET", "/api/v1/agents/:name/state"],
    access: "operator",
    input: z.strictObject({ name: AgentName }),
    // Nested: on the host socket a top-level `version` is the wire's own.
    output: z.object({ harness: HarnessInfo }),
    summary: "What the harness says of itself.",
  }),
  todos: endpoint({
    cmd: "todos",
    http: ["GET", "/api/v1/agents/:name/todos"],
    access: "operator",
    input: z.strictObject({ name: AgentName }),
    output: z.object({ todos: z.array(Todo) }),
    summary: "The agent's list of things to do.",
  }),
} as const;

/**
 * Served by the harness itself on its own port, `Authorization: Bearer <ticket>` (a ticket signed by hive-c0re
 * for this agent). `name` is absent here: the port is the agent.
 */
export const harnessEndpoints = {
  history: endpoint({
    cmd: "history",
    http: ["GET", "/events/history"],
    access: "operator",
    input: z.strictObject(HistoryInput),
    output: History,
    summary: "Stored events, oldest first.",
  }),
  stream: endpoint({
    cmd: "stream",
    http: ["GET", "/events/stream"],
    access: "operator",
    input: z.strictObject({ after: z.coerce.number().int().min(0).optional() }),
    output: JournalFrame,
    stream: true,
    summary: "Events as they come (SSE); resumes by Last-Event-ID.",
  }),
  send: endpoint({
    cmd: "send",
    http: ["POST", "/send"],
    access: "operator",
    input: z.strictObject({
      body: Body,
      priority: z.enum(["urgent", "normal"]).default("normal"),
      idempotency_key: z.string().min(1).max(200).optional(),
    }),
    output: z.object({ id: z.string() }),
    summary: "A message from the operator to this agent; stored by hive-c0re before the answer.",
  }),
  attach: endpoint({
    cmd: "attach_here",
    http: ["POST", "/api/attach"],
    access: "operator",
    input: z.strictObject(attachFields),
    output: AttachResult,
    summary: "One part of a file for this agent.",
  }),
  cancel: endpoint({
    cmd: "cancel",
    http: ["POST", "/api/cancel"],
    access: "operator",
    input: z.strictObject({}),
    output: z.object({ interrupted: z.boolean() }),
    summary: "Cut the running turn.",
  }),
  state: endpoint({
    cmd: "state",
    http: ["GET", "/api/state"],
    access: "operator",
    input: z.strictObject({}),
    output: HarnessInfo,
    summary: "What the harness knows of itself.",
  }),
  todos: endpoint({
    cmd: "todos",
    http: ["GET", "/api/todos"],
    access: "operator",
    input: z.strictObject({}),
    output: z.object({ todos: z.array(Todo) }),
    summary: "The agent's list of things to do.",
  }),
  todosMarkDone: endpoint({
    cmd: "todos_mark_done",
    http: ["POST", "/api/todos/mark-done"],
    access: "operator",
    input: z.strictObject({ id: z.string().min(1).max(100) }),
    output: z.object({ todos: z.array(Todo) }),
    summary: "Tick one off.",
  }),
  model: endpoint({
    cmd: "model",
    http: ["POST", "/api/model"],
    access: "operator",
    input: z.strictObject({ model: Model }),
    output: z.object({}),
    summary: "Model from the next turn on.",
  }),
  effort: endpoint({
    cmd: "effort",
    http: ["POST", "/api/effort"],
    access: "operator",
    input: z.strictObject({ effort: Effort }),
    output: z.object({}),
    summary: "Thinking effort from the next turn on.",
  }),
} as const;
