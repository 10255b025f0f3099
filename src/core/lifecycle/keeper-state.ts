/** What is observed of one agent's process, and the numbers of restarting. */
import type { AgentRow } from "../../wire/agents.ts";

export type Observation = Pick<
  AgentRow,
  "process" | "reason" | "retry_at" | "pid" | "started_at" | "restarts"
>;

/** First wait, doubled each time up to the cap; counted from the start again after a healthy while. */
export const RESTART = { baseMs: 1_000, capMs: 60_000, healthyMs: 60_000 } as const;

/** So many crashes within this time are a loop: it is given up until somebody starts it. */
export const CRASH_LOOP = { crashes: 5, withinMs: 120_000 } as const;
