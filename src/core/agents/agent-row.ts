/** An agent as it is shown: pure joins of what is stored and what is observed. */
import { webPort } from "../../lib/fnv1a.ts";
import { AgentConfig } from "../../wire/agent-config.ts";
import type { AgentRow, AgentStatus } from "../../wire/agents.ts";
import type { AgentRecord } from "../db/stores/agents.ts";
import type { LinkObservation } from "../services.ts";

/** What others know of an agent. Called often; answered from memory or one prepared statement. */
export interface AgentSources {
  link(name: string): LinkObservation;
  process(
    name: string,
  ): Pick<AgentRow, "process" | "reason" | "retry_at" | "pid" | "started_at" | "restarts">;
  counts(name: string): { queued: number; in_turn: number };
  pendingReminders(name: string): number;
  costToday(name: string): number;
  contextTokens(name: string): number | undefined;
  /** Its limits are not the ones it was started with. */
  needsRestart(name: string): boolean;
  /** Of the backend. */
  isolated(backend: string): boolean;
}

const iso = (ms: number): string => new Date(ms).toISOString();

export function agentRow(record: AgentRecord, sources: AgentSources): AgentRow {
  const { name } = record;
  const process = sources.process(name);
  const link = sources.link(name);
  const { queued, in_turn } = sources.counts(name);
  const config = AgentConfig.parse(JSON.parse(record.config));
  return {
    name,
    role: config.role,
    backend: record.backend,
    isolated: sources.isolated(record.backend),
    created_at: iso(record.created_at),
    expected: record.expected,
    ...process,
    ...observed(link, isUp(process.process, link)),
    paused: record.paused !== 0,
    ...status(record, isUp(process.process, link)),
    model: record.model ?? config.model,
    effort: record.effort ?? config.effort,
    web_port: webPort(name),
    queued,
    in_turn,
    pending_reminders: sources.pendingReminders(name),
    cost_today_usd: sources.costToday(name),
    context_tokens: sources.contextTokens(name),
  };
}

/** Alive and answering: never what was asked for, never what was true a while ago. */
function isUp(process: AgentRow["process"], link: LinkObservation): boolean {
  return link.connected && (process === "running" || process === "stopping");
}

function observed(link: LinkObservation, up: boolean): Partial<AgentRow> & Pick<AgentRow, "connected"> {
  return {
    connected: up,
    last_seen_at: link.last_seen_at,
    state: up ? link.state : undefined,
    state_since: up ? link.state_since : undefined,
    active_model: up ? link.active_model : undefined,
    claude_version: link.claude_version,
    session_id: link.session_id,
  };
}

/** What a stopped agent last said of itself is stale: it is not shown. */
function status({ status_text, status_set_at }: AgentRecord, up: boolean): Partial<AgentRow> {
  if (!up || status_text === null || status_set_at === null) return {};
  return { status_text, status_set_at: iso(status_set_at) };
}

/** The same for published clients (facts of the host socket). */
export function agentStatus(
  record: AgentRecord,
  row: AgentRow,
  { domain, needs_update }: { readonly domain: string | undefined; readonly needs_update: boolean },
): AgentStatus {
  return {
    name: row.name,
    running: row.connected,
    failed: row.process === "failed",
    needs_update,
    needs_login: row.state?.kind === "needs_login",
    paused: row.paused,
    pending_reminders: row.pending_reminders,
    ...(record.created_by === "operator" ? {} : { parent: record.created_by }),
    ...(record.deployed_sha === null ? {} : { deployed_sha: record.deployed_sha.slice(0, 12) }),
    ...(row.active_model === undefined ? {} : { active_model: row.active_model }),
    ...(row.status_text === undefined
      ? {}
      : { status_text: row.status_text, status_set_at: row.status_set_at }),
    ...(domain === undefined ? {} : { url: `https://${domain}/agent/${row.name}/` }),
  };
}
