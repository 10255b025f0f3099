/**
 * Services in memory for the doors' own tests: small, and honest about what they do not do (they throw). Tests of
 * behaviour use the real ones; these give a door fixed facts to answer with.
 */

import type { LoginStore, SessionRow } from "../../src/core/auth/login-store.ts";
import type { Writer } from "../../src/core/db/tx.ts";
import type { OperatorServices } from "../../src/core/doors/operator-context.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { ulid } from "../../src/lib/ids.ts";
import { AgentConfig } from "../../src/wire/agent-config.ts";
import type { AgentRow, AgentStatus } from "../../src/wire/agents.ts";
import { HiveError } from "../../src/wire/errors.ts";
import type { HiveEvent, HiveEventData } from "../../src/wire/events.ts";

export const newId = ulid(systemClock);

/** Commits nothing; runs the action. */
export const fakeWriter: Writer = {
  write: async (action) => action({ afterCommit: (run: () => void) => run() } as never),
};

/** A service of which a test uses a part: everything else throws when it is called. */
export function partial<T extends object>(part: Partial<T>, name = "service"): T {
  return new Proxy(part, {
    get: (target, key) => {
      if (key in target) return Reflect.get(target, key);
      return () => {
        throw new Error(`the fake ${name} has no "${String(key)}"`);
      };
    },
  }) as T;
}

export function memoryLoginStore(): LoginStore {
  const links = new Map<string, number>();
  const sessions = new Map<string, SessionRow & { hash: string }>();
  return {
    addLink: (_tx, { hash, expires_at }) => void links.set(hash, expires_at),
    takeLink: (_tx, hash, now) => {
      const expires = links.get(hash);
      links.delete(hash);
      return expires !== undefined && expires > now;
    },
    addSession: (_tx, session) => void sessions.set(session.id, session),
    findSession: (hash, now) =>
      [...sessions.values()].find((row) => row.hash === hash && row.expires_at > now),
    touchSession: (_tx, id, times) => {
      const row = sessions.get(id);
      if (row !== undefined) sessions.set(id, { ...row, ...times });
      return row !== undefined;
    },
    removeSession: (_tx, id) => sessions.delete(id),
    listSessions: (now) => [...sessions.values()].filter((row) => row.expires_at > now),
    sweep: () => {},
  };
}

export interface FakeTimeline {
  readonly timeline: OperatorServices["timeline"];
  emit(data: HiveEventData): void;
}

/** Keeps the last `keep` events. */
export function fakeTimeline(keep = 1000): FakeTimeline {
  const events: HiveEvent[] = [];
  const listeners = new Set<(event: HiveEvent) => void>();
  let seq = 0;
  return {
    emit: (data) => {
      seq += 1;
      const event: HiveEvent = { seq, at: "2026-11-23T00:00:00.000Z", data };
      events.push(event);
      if (events.length > keep) events.shift();
      for (const listener of listeners) listener(event);
    },
    timeline: {
      append: () => {},
      seq: () => seq,
      onEvent: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      follow: async function* (after, signal) {
        let at = after;
        while (!signal.aborted) {
          const oldest = events[0]?.seq ?? seq + 1;
          if (at + 1 < oldest) {
            yield { type: "gap", after: at, seq: oldest - 1 };
            at = oldest - 1;
          }
          const event = events.find((candidate) => candidate.seq > at);
          if (event !== undefined) {
            at = event.seq;
            yield { type: "event", event };
            continue;
          }
          const more = Promise.withResolvers<void>();
          const wake = (): void => more.resolve();
          listeners.add(wake);
          signal.addEventListener("abort", wake, { once: true });
          await more.promise;
          listeners.delete(wake);
        }
      },
    },
  };
}

export function statusOf(name: string, more: Partial<AgentStatus> = {}): AgentStatus {
  return {
    name,
    running: true,
    failed: false,
    needs_update: false,
    needs_login: false,
    paused: false,
    pending_reminders: 0,
    ...more,
  };
}

export function rowOf(name: string, more: Partial<AgentRow> = {}): AgentRow {
  return {
    name,
    role: "agent",
    backend: "process",
    isolated: false,
    created_at: "2026-11-23T00:00:00.000Z",
    expected: "running",
    process: "running",
    restarts: 0,
    connected: true,
    paused: false,
    web_port: 8100,
    queued: 0,
    in_turn: 0,
    pending_reminders: 0,
    cost_today_usd: 0,
    ...more,
  };
}

/** Agents by name; `statuses` may be changed by the test. */
export function fakeAgents(
  statuses: AgentStatus[],
  managers: readonly string[] = [],
): OperatorServices["agents"] {
  const find = (name: string): AgentStatus => {
    const found = statuses.find((status) => status.name === name);
    if (found !== undefined) return found;
    throw new HiveError("not_found", `agent "${name}" is not managed by this hive`, {
      hint: "hivectl agent list",
    });
  };
  const configOf = (name: string): AgentConfig =>
    AgentConfig.parse({ role: managers.includes(name) ? "manager" : "agent" });
  return partial<OperatorServices["agents"]>(
    {
      names: () => statuses.map(({ name }) => name),
      has: (name) => statuses.some((status) => status.name === name),
      statuses: () => statuses,
      rows: () => statuses.map(({ name }) => rowOf(name)),
      row: (name) => rowOf(find(name).name),
      get: (name) => ({ name, config: configOf(name), paused: find(name).paused, expected: "running" }),
      setPaused: async (_actor, { name, paused }) => {
        statuses[statuses.indexOf(find(name))] = { ...find(name), paused };
      },
      touch: () => {},
    },
    "agents",
  );
}

export function fakeServices(parts: Partial<OperatorServices>): OperatorServices {
  return partial<OperatorServices>(parts, "services");
}
