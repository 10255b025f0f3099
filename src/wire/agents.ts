/** Agents: what they are, what is observed of them, and what the operator can do to them. */
import { z } from "zod";
import { AgentConfig, Role } from "./agent-config.ts";
import { endpoint } from "./endpoint.ts";
import { AgentName, Effort, Model, Timestamp } from "./ids.ts";

/**
 * One agent as published clients of the host socket read it. Orthogonal booleans, not a state machine;
 * clients show by precedence: failed, needs_login, paused, not running, running.
 */
export const AgentStatus = z.object({
  name: z.string(),
  /** Its process is alive and its harness answers. Observed, never configured. */
  running: z.boolean(),
  /** It was given up: crash loop, or it cannot start. */
  failed: z.boolean(),
  /** Configuration newer than what runs. */
  needs_update: z.boolean(),
  /** claude answered that there is no valid login. */
  needs_login: z.boolean(),
  paused: z.boolean(),
  /** Reminders that have not fired yet. */
  pending_reminders: z.int(),
  parent: z.string().optional(),
  /** First 12 characters of the deployed configuration's sha. */
  deployed_sha: z.string().optional(),
  active_model: z.string().optional(),
  /** What the agent says it is doing; absent when unset or when it is not running. */
  status_text: z.string().optional(),
  /** Present exactly when `status_text` is. */
  status_set_at: Timestamp.optional(),
  /** `https://<domain>/agent/<name>/`; absent without a domain. */
  url: z.string().optional(),
});
export type AgentStatus = z.output<typeof AgentStatus>;

/** Told to everybody who watches, each time it changes: cut, so that an agent cannot fill the timeline with it. */
const Told = z.string().overwrite((text) => text.slice(0, 500));

/** What the harness says of itself. */
export const HarnessState = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("starting") }),
  z.object({ kind: z.literal("idle") }),
  z.object({ kind: z.literal("turn"), lease_id: z.string().max(100), activity: Told.optional() }),
  z.object({ kind: z.literal("compacting") }),
  z.object({ kind: z.literal("needs_login"), reason: Told }),
  z.object({ kind: z.literal("paused") }),
  z.object({ kind: z.literal("rate_limited"), until: Timestamp, reason: Told }),
  z.object({ kind: z.literal("budget_exhausted"), reason: Told }),
  z.object({ kind: z.literal("failed"), reason: Told }),
]);
export type HarnessState = z.output<typeof HarnessState>;

/** One agent as the dashboard and `hivectl agent list` show it: expected, actual, able. */
export const AgentRow = z.object({
  name: z.string(),
  role: Role,
  backend: z.string(),
  /** False: this backend does not isolate, and every surface says so. */
  isolated: z.boolean(),
  created_at: Timestamp,
  /** What the operator wants. */
  expected: z.enum(["running", "stopped"]),
  /** What the supervisor observes. */
  process: z.enum(["stopped", "starting", "running", "stopping", "backoff", "failed"]),
  /** Why it is not running as expected, in one sentence. */
  reason: z.string().optional(),
  /** In `backoff`: when it is started again. */
  retry_at: Timestamp.optional(),
  pid: z.int().optional(),
  started_at: Timestamp.optional(),
  /** Restarts by the supervisor since the last clean start. */
  restarts: z.int(),
  /** The harness holds its socket open. */
  connected: z.boolean(),
  /** Last frame of the harness. */
  last_seen_at: Timestamp.optional(),
  /** What the harness last said, while it is connected. */
  state: HarnessState.optional(),
  state_since: Timestamp.optional(),
  paused: z.boolean(),
  status_text: z.string().optional(),
  status_set_at: Timestamp.optional(),
  model: z.string().optional(),
  effort: z.string().optional(),
  active_model: z.string().optional(),
  web_port: z.int(),
  claude_version: z.string().optional(),
  session_id: z.string().optional(),
  /** Messages that wait, and messages in the running turn. */
  queued: z.int(),
  in_turn: z.int(),
  pending_reminders: z.int(),
  /** Money spent today (UTC), as claude counts it, in US dollars. */
  cost_today_usd: z.number(),
  /** Tokens in the context window after the last turn, where known. */
  context_tokens: z.int().optional(),
});
export type AgentRow = z.output<typeof AgentRow>;

const Name = z.strictObject({ name: AgentName });

/** Empty scope never means everything. */
const Scope = z
  .strictObject({
    scope: z.strictObject({ agent_names: z.array(AgentName) }).optional(),
    /** Every agent of the hive; the only way to say so. */
    all: z.literal(true).optional(),
  })
  .refine((s) => s.all === true || (s.scope?.agent_names.length ?? 0) > 0, {
    error: 'name at least one agent in "scope.agent_names", or say "all": true',
  });

/** Which agents an action reached. */
const Reached = z.object({ agent_names: z.array(z.string()) });

export const SpawnInput = z.strictObject({
  name: AgentName,
  config: AgentConfig.prefault({}),
  /** Backend by name; default from the settings. */
  backend: z.string().max(40).optional(),
  /** First message, from the operator. */
  prompt: z
    .string()
    .min(1)
    .max(64 * 1024)
    .optional(),
});

export const agentEndpoints = {
  list: endpoint({
    cmd: "list",
    access: "operator",
    input: z.strictObject({}),
    output: z.object({ agents: z.array(z.string()) }),
    summary: "Names of all agents.",
  }),
  agentStatus: endpoint({
    cmd: "agent_status",
    access: "operator",
    input: z.strictObject({}),
    output: z.object({ agent_statuses: z.array(AgentStatus) }),
    summary: "Status of all agents, in the form published clients read.",
  }),
  subscribeAgentStatus: endpoint({
    cmd: "subscribe_agent_status",
    access: "operator",
    input: z.strictObject({}),
    output: z.object({ agent_statuses: z.array(AgentStatus).optional() }),
    stream: true,
    summary:
      "A bare success, then one answer with one row for each agent that changes, until the client leaves.",
  }),
  agents: endpoint({
    cmd: "agents",
    http: ["GET", "/api/v1/agents"],
    access: "operator",
    input: z.strictObject({}),
    output: z.object({ agents: z.array(AgentRow) }),
    summary: "All agents with everything observed of them.",
  }),
  agent: endpoint({
    cmd: "agent",
    http: ["GET", "/api/v1/agents/:name"],
    access: "operator",
    input: Name,
    output: z.object({ agent: AgentRow, config: AgentConfig }),
    summary: "One agent with its configuration.",
  }),
  spawn: endpoint({
    cmd: "spawn",
    http: ["POST", "/api/v1/agents"],
    access: "operator",
    input: SpawnInput,
    output: z.object({ operation_id: z.string() }),
    summary: "Create an agent and start it. Answers at once with the operation to watch.",
  }),
  start: endpoint({
    cmd: "start",
    http: ["POST", "/api/v1/agents/start"],
    access: "operator",
    input: Scope,
    output: Reached,
    summary: "Start agents; one that runs already stays as it is.",
  }),
  stop: endpoint({
    cmd: "stop",
    http: ["POST", "/api/v1/agents/stop"],
    access: "operator",
    input: Scope.safeExtend({
      /** True: let the running turn finish first, within a bound. */
      graceful: z.boolean().default(true),
    }),
    output: Reached,
    summary: "Stop agents. Their messages stay and wait.",
  }),
  restart: endpoint({
    cmd: "restart",
    http: ["POST", "/api/v1/agents/:name/restart"],
    access: "operator",
    input: Name,
    output: z.object({}),
    summary: "Stop and start one agent without rebuilding its configuration.",
  }),
  setPaused: endpoint({
    cmd: "set_paused",
    http: ["POST", "/api/v1/agents/:name/paused"],
    access: "operator",
    input: z.strictObject({ name: AgentName, paused: z.boolean() }),
    output: z.object({}),
    summary: "Pause or resume: a paused agent keeps its inbox and begins no turn. Also on a stopped agent.",
  }),
  interrupt: endpoint({
    cmd: "interrupt",
    http: ["POST", "/api/v1/agents/:name/interrupt"],
    access: "operator",
    input: z.strictObject({ name: AgentName, reason: z.string().max(500).optional() }),
    output: z.object({ interrupted: z.boolean() }),
    summary: "Cut the running turn. Its messages count as handled; background children die too.",
  }),
  setModel: endpoint({
    cmd: "set_model",
    http: ["POST", "/api/v1/agents/:name/model"],
    access: "operator",
    input: z.strictObject({ name: AgentName, model: Model }),
    output: z.object({}),
    summary: "Model from the next turn on.",
  }),
  setEffort: endpoint({
    cmd: "set_effort",
    http: ["POST", "/api/v1/agents/:name/effort"],
    access: "operator",
    input: z.strictObject({ name: AgentName, effort: Effort }),
    output: z.object({}),
    summary: "Thinking effort from the next turn on.",
  }),
  compact: endpoint({
    cmd: "compact",
    http: ["POST", "/api/v1/agents/:name/compact"],
    access: "operator",
    input: Name,
    output: z.object({}),
    summary: "Summarise the conversation to free context, when the agent is next idle.",
  }),
  newSession: endpoint({
    cmd: "new_session",
    http: ["POST", "/api/v1/agents/:name/new-session"],
    access: "operator",
    input: Name,
    output: z.object({}),
    summary: "Begin the next turn with an empty conversation; the old one stays on disk.",
  }),
  destroy: endpoint({
    cmd: "destroy",
    http: ["POST", "/api/v1/agents/:name/destroy"],
    access: "operator",
    input: z.strictObject({
      name: AgentName,
      /** Also wipe its login and its state directory. */
      purge: z.boolean().default(false),
    }),
    output: z.object({ operation_id: z.string() }),
    summary: "Remove an agent. Login and state stay on disk unless purged.",
  }),
  agentLogs: endpoint({
    cmd: "agent_logs",
    http: ["GET", "/api/v1/agents/:name/logs"],
    access: "operator",
    input: z.strictObject({ name: AgentName, lines: z.coerce.number().int().min(1).max(5000).default(200) }),
    output: z.object({ lines: z.array(z.string()) }),
    summary: "The last lines the agent's harness wrote to its log.",
  }),
} as const;
