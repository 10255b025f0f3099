/**
 * The registry of agents: what the operator wants of each, joined with what others observe. Starting and stopping
 * is the lifecycle's; the connection is the links'; everything observed comes in as functions.
 */
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../platform/log.ts";
import { AgentConfig } from "../../wire/agent-config.ts";
import type { AgentRow, AgentStatus } from "../../wire/agents.ts";
import { HiveError } from "../../wire/errors.ts";
import type { AgentChange, AgentRecord, AgentStore } from "../db/stores/agents.ts";
import type { Tx, Writer } from "../db/tx.ts";
import type { Actor, Agents, Audit, Timeline } from "../services.ts";
import { type AgentSources, agentRow, agentStatus } from "./agent-row.ts";
import { createTouches } from "./touches.ts";

export interface AgentsOptions {
  readonly store: AgentStore;
  readonly writer: Writer;
  readonly timeline: Pick<Timeline, "append">;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sources: AgentSources;
  /** Agent pages have an address only where a domain is configured. */
  readonly domain?: string | undefined;
  /** Paused, model or effort changed: the harness and the broker want to know at once. */
  readonly onSettings: (name: string) => void;
}

/** The registry as the lifecycle sees it: who may add and remove. */
export interface AgentRegistry extends Agents {
  record(name: string): AgentRecord;
  /** Oldest first; the order of starts. */
  records(): readonly AgentRecord[];
  /** In the caller's transaction; known to everybody after the commit. */
  add(tx: Tx, record: AgentRecord): void;
  change(tx: Tx, name: string, change: AgentChange): void;
  remove(tx: Tx, name: string): void;
  /** Stops the timers of `touch`. */
  close(): void;
}

export function createAgents(options: AgentsOptions): AgentRegistry {
  const { store, writer, timeline, audit, clock, sources, domain } = options;
  const records = new Map(store.all().map((record) => [record.name, record]));

  const record = (name: string): AgentRecord => {
    const found = records.get(name);
    if (found !== undefined) return found;
    throw new HiveError("not_found", `agent "${name}" is not managed by this hive`, {
      hint: "hivectl agent list",
    });
  };
  const row = (name: string): AgentRow => agentRow(record(name), sources);
  const status = (one: AgentRecord): AgentStatus =>
    agentStatus(one, row(one.name), { domain, needs_update: sources.needsRestart(one.name) });
  const touches = createTouches({
    clock,
    log: options.log,
    find: (name) => (records.has(name) ? row(name) : undefined),
    append: (agent) =>
      writer.write((tx) => timeline.append(tx, { type: "agent", agent }), { essential: true }),
  });
  const change = (tx: Tx, name: string, what: AgentChange, tell = touches.now): void => {
    record(name);
    store.update(tx, name, what);
    tx.afterCommit(() => {
      const before = records.get(name);
      if (before !== undefined) records.set(name, { ...before, ...what });
      tell(name);
    });
  };
  const setting = async (actor: Actor, name: string, what: AgentChange): Promise<void> => {
    record(name);
    await writer.write((tx) => {
      change(tx, name, what);
      audit.append(tx, { actor, action: "set_agent", target: name, detail: what });
    });
    options.onSettings(name);
  };

  return {
    record,
    records: () => [...records.values()],
    add: (tx, added) => {
      store.insert(tx, added);
      tx.afterCommit(() => {
        records.set(added.name, added);
        touches.now(added.name);
      });
    },
    change: (tx, name, what) => change(tx, name, what),
    remove: (tx, name) => {
      store.remove(tx, name);
      timeline.append(tx, { type: "agent_removed", name });
      tx.afterCommit(() => {
        records.delete(name);
        touches.forget(name);
      });
    },
    get: (name) => {
      const { config, paused, expected } = record(name);
      return { name, config: AgentConfig.parse(JSON.parse(config)), paused: paused !== 0, expected };
    },
    has: (name) => records.has(name),
    names: () => [...records.keys()],
    row,
    rows: () => [...records.keys()].map(row),
    statuses: () => [...records.values()].map(status),
    setPaused: (actor, { name, paused }) => setting(actor, name, { paused: paused ? 1 : 0 }),
    setModel: (actor, { name, model }) => setting(actor, name, { model }),
    setEffort: (actor, { name, effort }) => setting(actor, name, { effort }),
    setStatus: async (name, text) => {
      const cleared = text.trim() === "";
      const what = { status_text: cleared ? null : text, status_set_at: cleared ? null : clock.now() };
      // What the agent says of itself waits its turn: it may say it all the time.
      await writer.write((tx) => change(tx, name, what, touches.soon));
    },
    touch: touches.soon,
    close: touches.close,
  };
}
