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

export function createTouches({ clock, log, find, append }: TouchesOptions): Touches {
  const told = new Map<string, string>();
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
        clock.timer(PAUSE_MS, () => now(name)),
      );
    },
    forget: (name) => {
      timers.get(name)?.cancel();
      timers.delete(name);
      told.delete(name);
    },
    close: () => {
      closed = true;
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
    },
  };
}
