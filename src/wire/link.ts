/**
 * The frames between a harness and hive-c0re, JSON lines over the agent's own socket. The connection is the
 * identity: nothing in a frame can change who speaks.
 *
 *   harness → c0re   {"rid":1,"cmd":"lease",…input}
 *   c0re → harness   {"rid":1,"ok":true,…output} | {"rid":1,"ok":false,"error":…,"code":…,"hint":…}
 *   c0re → harness   {"push":"interrupt",…}
 *
 * Requests may be answered in any order; `lease` and `await_answer` stay open until there is something to say.
 */
import { z } from "zod";
import { AgentConfig, Role } from "./agent-config.ts";
import { HarnessState, SpawnInput } from "./agents.ts";
import { Approval } from "./approvals.ts";
import { endpoint } from "./endpoint.ts";
import { AgentName, ApprovalId, Body, Effort, Model, Timestamp, Ulid } from "./ids.ts";
import { TurnOutcome } from "./journal.ts";
import { Message, SendResult, sendFields } from "./messages.ts";
import { askFields, Question } from "./questions.ts";
import { Reminder, scheduleFields, whenFields } from "./schedules.ts";
import { TurnUsage } from "./usage.ts";

/** Envelope of a request; the rest of the object is the endpoint's input. */
export const LinkRequest = z.looseObject({ rid: z.int().min(0), cmd: z.string().max(64) });

/** A side effect that an earlier attempt at the same lease already made. */
export const Effect = z.object({
  tool: z.string(),
  /** One line: what it did, e.g. `send to "bob": hi`. */
  summary: z.string(),
  at: Timestamp,
});
export type Effect = z.output<typeof Effect>;

/** A batch of messages given out together; handled when the turn that read them ended well. */
export const Lease = z.object({
  /** Stays the same when the batch is given out again. */
  id: Ulid,
  /** 1 the first time. */
  attempt: z.int(),
  messages: z.array(Message),
  /** What earlier attempts already did; empty on the first. */
  already_done: z.array(Effect),
});
export type Lease = z.output<typeof Lease>;

/** Everything the harness needs to run; sent at hello and again when it changes. */
export const HarnessSettings = z.object({
  agent: z.string(),
  role: Role,
  config: AgentConfig,
  /** Operator's choice, above the configuration's. */
  model: Model.optional(),
  effort: Effort.optional(),
  paused: z.boolean(),
  /** Ed25519 public key (SPKI, base64) of hive-c0re: verifies tickets of the harness's web pages. */
  ticket_public_key: z.string(),
  /** Origins whose pages may call the harness's web endpoints. */
  allowed_origins: z.array(z.string()),
});
export type HarnessSettings = z.output<typeof HarnessSettings>;

/**
 * Given by the harness with each MCP side effect: a repeat with the same key returns the first result.
 * `lease:tool:hash-of-arguments:n`, n counting equal calls within one attempt.
 */
const effect = { lease_id: Ulid.optional(), effect_key: z.string().min(1).max(300).optional() };

export const linkEndpoints = {
  hello: endpoint({
    cmd: "hello",
    access: "agent",
    input: z.strictObject({
      link_version: z.int(),
      version: z.string().max(100),
      /** Checked against the socket's agent; a wrong name is refused. */
      agent: z.string().max(100).optional(),
      pid: z.int(),
      /** New at each start of the harness. */
      boot_id: z.string().min(8).max(100),
      web_port: z.int().min(1).max(65_535).optional(),
      claude_version: z.string().max(100).optional(),
      /** The lease it still works on, after a reconnect. */
      lease_id: Ulid.optional(),
    }),
    output: z.object({
      settings: HarnessSettings,
      /** `lost`: the lease went elsewhere or does not exist; end that turn. Absent without a lease_id. */
      lease: z.enum(["held", "lost"]).optional(),
    }),
    summary: "First frame of every connection.",
  }),
  report: endpoint({
    cmd: "report",
    access: "agent",
    input: z.strictObject({
      state: HarnessState,
      active_model: z.string().max(100).optional(),
      session_id: z.string().max(100).optional(),
      claude_version: z.string().max(100).optional(),
      web_port: z.int().min(1).max(65_535).optional(),
    }),
    output: z.object({}),
    summary: "State of the harness, at each change and every few seconds as a sign of life.",
  }),
  lease: endpoint({
    cmd: "lease",
    access: "agent",
    input: z.strictObject({
      /** Most messages in one batch. */
      max: z.int().min(1).max(100).default(20),
    }),
    output: z.object({ lease: Lease }),
    summary:
      "Wait for messages and take them. Answered when there are some and the agent is neither paused nor out of budget.",
  }),
  leaseMore: endpoint({
    cmd: "lease_more",
    access: "agent",
    input: z.strictObject({ lease_id: Ulid, max: z.int().min(1).max(100).default(20) }),
    output: z.object({ messages: z.array(Message) }),
    summary: "Take what has come since into the running lease, without waiting.",
  }),
  read: endpoint({
    cmd: "read",
    access: "agent",
    input: z.strictObject({ lease_id: Ulid, message_ids: z.array(Ulid).min(1).max(500) }),
    output: z.object({}),
    summary: "claude took these messages in.",
  }),
  finish: endpoint({
    cmd: "finish",
    access: "agent",
    input: z.strictObject({
      lease_id: Ulid,
      outcome: TurnOutcome,
      reason: z.string().max(2000).optional(),
      /** What the turn was about, for search and for a lost session. */
      digest: z.string().max(8000).optional(),
      usage: TurnUsage.optional(),
      /** For `rate_limited`: not before this time. */
      retry_at: Timestamp.optional(),
    }),
    output: z.object({}),
    summary:
      "The turn ended. `ok` and `interrupted` mark the batch handled; `needs_login`, `rate_limited` and `lost` return it to the queue; `error` returns it until it was tried three times, then it has failed. Repeating is harmless.",
  }),
  send: endpoint({
    cmd: "send",
    access: "agent",
    input: z.strictObject({ ...sendFields, ...effect }),
    output: SendResult,
    summary: "Send a message as this agent.",
  }),
  operatorSend: endpoint({
    cmd: "operator_send",
    access: "agent",
    input: z.strictObject({
      /** The operator's ticket, as the browser gave it to the harness's page. */
      ticket: z.string().max(4000),
      body: Body,
      priority: z.enum(["urgent", "normal"]).default("normal"),
      idempotency_key: z.string().min(1).max(200).optional(),
    }),
    output: SendResult,
    summary: "A message the operator wrote on the harness's own page; believed only with a ticket of ours.",
  }),
  ask: endpoint({
    cmd: "ask",
    access: "agent",
    input: z.strictObject({ ...askFields, ...effect }),
    output: z.object({ question: Question }),
    summary: "Ask the operator or another agent.",
  }),
  awaitAnswer: endpoint({
    cmd: "await_answer",
    access: "agent",
    input: z.strictObject({
      question_id: Ulid,
      lease_id: Ulid,
      wait_seconds: z.int().min(0).max(3600),
    }),
    output: z.object({
      question: Question,
      /** The answer's message, now part of the lease, after older ones from the same sender. Empty: no answer yet. */
      messages: z.array(Message),
    }),
    summary: "Wait for an answer inside the turn; otherwise it comes as an ordinary message.",
  }),
  answer: endpoint({
    cmd: "answer",
    access: "agent",
    input: z.strictObject({
      id: Ulid,
      answer: z
        .string()
        .min(1)
        .max(64 * 1024),
      ...effect,
    }),
    output: z.object({ question: Question }),
    summary: "Answer a question that was put to this agent.",
  }),
  remind: endpoint({
    cmd: "remind",
    access: "agent",
    input: z.strictObject({
      body: z
        .string()
        .min(1)
        .max(64 * 1024),
      ...whenFields,
      ...effect,
    }),
    output: z.object({ reminder: Reminder }),
    summary: "A message to itself, later.",
  }),
  setStatus: endpoint({
    cmd: "set_status",
    access: "agent",
    input: z.strictObject({ text: z.string().max(200) }),
    output: z.object({}),
    summary: "What the agent is doing, in a few words; empty clears it.",
  }),
  listAgents: endpoint({
    cmd: "list_agents",
    access: "agent",
    input: z.strictObject({}),
    output: z.object({
      agents: z.array(
        z.object({
          name: z.string(),
          role: Role,
          state: z.string(),
          status_text: z.string().optional(),
          queued: z.int(),
        }),
      ),
    }),
    summary: "Who else is here, and whether they can be written to.",
  }),
  getHistory: endpoint({
    cmd: "get_history",
    access: "agent",
    input: z.strictObject({
      with: z.string().max(40).optional(),
      query: z.string().min(1).max(200).optional(),
      limit: z.int().min(1).max(100).default(20),
    }),
    output: z.object({ messages: z.array(Message) }),
    summary: "This agent's own messages, newest first.",
  }),
  requestSpawn: endpoint({
    cmd: "request_spawn",
    access: "manager",
    input: z.strictObject({ ...SpawnInput.shape, reason: z.string().min(1).max(2000), ...effect }),
    output: z.object({ approval: Approval }),
    summary: "Ask the operator for a new agent.",
  }),
  requestSchedulePrompt: endpoint({
    cmd: "request_schedule_prompt",
    access: "manager",
    input: z.strictObject({
      agent: AgentName,
      ...scheduleFields,
      reason: z.string().min(1).max(2000),
      ...effect,
    }),
    output: z.object({ approval: Approval }),
    summary: "Ask the operator for a schedule.",
  }),
  requestDestroy: endpoint({
    cmd: "request_destroy",
    access: "manager",
    input: z.strictObject({ agent: AgentName, reason: z.string().min(1).max(2000), ...effect }),
    output: z.object({ approval: Approval }),
    summary: "Ask the operator to remove an agent.",
  }),
  requestUpdateMetaInputs: endpoint({
    cmd: "request_update_meta_inputs",
    access: "manager",
    input: z.strictObject({
      /** Of the flake all agents are built from: `hyperhive`, `hyperhive/nixpkgs`; none: all of them. */
      inputs: z.array(z.string().min(1).max(200)).max(50).default([]),
      reason: z.string().min(1).max(2000),
      ...effect,
    }),
    output: z.object({ approval: Approval }),
    summary: "Ask the operator for newer inputs of the flake that all agents are built from.",
  }),
  requestInitConfig: endpoint({
    cmd: "request_init_config",
    access: "agent",
    input: z.strictObject({ agent: AgentName, reason: z.string().min(1).max(2000), ...effect }),
    output: z.object({ approval: Approval, path: z.string() }),
    summary: "Ask the operator for a work tree of a configuration; others' only as the manager.",
  }),
  requestApplyCommit: endpoint({
    cmd: "request_apply_commit",
    access: "agent",
    input: z.strictObject({
      agent: AgentName,
      /** Of the caller's own work tree of that agent's configuration. */
      commit: z.string().min(1).max(100),
      reason: z.string().min(1).max(2000),
      ...effect,
    }),
    output: z.object({ approval: Approval }),
    summary: "Ask the operator to deploy one commit of a configuration; others' only as the manager.",
  }),
  cancelRequest: endpoint({
    cmd: "cancel_request",
    access: "manager",
    input: z.strictObject({ id: ApprovalId }),
    output: z.object({ approval: Approval }),
    summary: "Take a request of one's own back.",
  }),
  agentLogs: endpoint({
    cmd: "agent_logs",
    access: "manager",
    input: z.strictObject({ agent: AgentName, lines: z.int().min(1).max(1000).default(100) }),
    output: z.object({ lines: z.array(z.string()) }),
    summary: "Last lines of an agent's log.",
  }),
  control: endpoint({
    cmd: "control",
    access: "manager",
    input: z.strictObject({ agent: AgentName, action: z.enum(["start", "stop", "restart"]) }),
    output: z.object({}),
    summary: "Start, stop or restart another agent.",
  }),
} as const;

/** What hive-c0re says without being asked. */
export const LinkPush = z.discriminatedUnion("push", [
  z.object({ push: z.literal("settings"), settings: HarnessSettings }),
  z.object({ push: z.literal("interrupt"), reason: z.string(), by: z.string() }),
  /** Messages that joined the running lease; fold them in at the next tool boundary. */
  z.object({ push: z.literal("urgent"), lease_id: Ulid, messages: z.array(Message) }),
  z.object({ push: z.literal("compact") }),
  z.object({ push: z.literal("new_session") }),
  /** Finish the turn (graceful) or interrupt it, then exit. */
  z.object({ push: z.literal("shutdown"), graceful: z.boolean(), grace_seconds: z.number() }),
]);
export type LinkPush = z.output<typeof LinkPush>;

/** How often a harness shows that it lives, in seconds; it is shown dead after twice this without a frame. */
export const HEARTBEAT_SECONDS = 2;
