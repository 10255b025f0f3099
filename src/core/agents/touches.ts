/**
 * Turns "something of this agent may have changed" into events: at most one per agent and pause, the last state
 * always told, and none when nothing really changed.
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../platform/log.ts";
import type { AgentRow } from "../../wire/agents.ts";

export interface TouchesOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Undefined when there is no such agent any more. */
  readonly find: (name: string) => AgentRow | undefined;
  readonly append: (row: AgentRow) => Promise<unknown>;
}

export interface Touches {
  soon(name: string): void;
  now(name: string): void;
  forget(name: string): void;
  close(): void;
}

const PAUSE_MS = 50;
/** An agent that changes all the time is told about once a second: the timeline is everybody's and bounded. */
const SLOW_PAUSE_MS = 1_000;
/** Changes told quickly, and how fast that many more may be. */
const BURST = 40;
const REFILL_MS = 500;

export function createTouches({ clock, log, find, append }: TouchesOptions): Touches {
  const told = new Map<string, string>();
  const pace = createPace(clock);
  const timers = new Map<string, Timer>();
  let closed = false;

  const now = (name: string): void => {
    timers.get(name)?.cancel();
    timers.delete(name);
    const row = closed ? undefined : find(name);
    if (row === undefined) return;
    // The time of the last frame moves every two seconds and is no news.
    const text = JSON.stringify({ ...row, last_seen_at: undefined });
    if (told.get(name) === text) return;
    told.set(name, text);
    pace.spend(name);
    append(row).catch((error: unknown) => {
      told.delete(name);
      log.warn({ error, agent: name }, "an agent's change was not stored");
    });
  };

  return {
    now,
    soon: (name) => {
      if (closed || timers.has(name)) return;
      timers.set(
        name,
        clock.timer(pace.hasSome(name) ? PAUSE_MS : SLOW_PAUSE_MS, () => now(name)),
      );
    },
    forget: (name) => {
      timers.get(name)?.cancel();
      timers.delete(name);
      told.delete(name);
      pace.forget(name);
    },
    close: () => {
      closed = true;
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
    },
  };
}

/** A bucket for each agent that fills up again by itself. */
function createPace(clock: Clock) {
  const buckets = new Map<string, { left: number; at: number }>();
  const look = (name: string): { left: number; at: number } => {
    const now = clock.monotonic();
    const { left, at } = buckets.get(name) ?? { left: BURST, at: now };
    return { left: Math.min(BURST, left + (now - at) / REFILL_MS), at: now };
  };
  return {
    hasSome: (name: string): boolean => look(name).left >= 1,
    spend: (name: string): void => {
      const { left, at } = look(name);
      buckets.set(name, { left: Math.max(0, left - 1), at });
    },
    forget: (name: string): void => void buckets.delete(name),
  };
}
