/**
 * The rules of the turn loop, pure: state and event in, state and effects out. Each lease that comes in is either
 * started or returned, and nothing starts while a turn or a compaction runs.
 */
import { assertNever } from "../../../src/lib/assert-never.ts";
import { backoff } from "../../../src/lib/backoff.ts";
import type { Effect, Event, Mode, State, Step, TurnEnd } from "./state.ts";

/** After a failed turn; the broker counts the attempts of the messages itself. */
const FAILURE_BASE_MS = 1_000;
const FAILURE_CAP_MS = 60_000;
/** A limit that does not say when it ends is tried again after this. */
const UNKNOWN_LIMIT_MS = 60_000;
const BUDGET_RETRY_MS = 60_000;

export function reduce(state: State, event: Event): Step {
  switch (event.kind) {
    case "settings":
      return onSettings(state, event.paused);
    case "lease":
      return onLease(state, event.lease);
    case "lease_refused":
      return onLeaseRefused(state, event);
    case "turn_ended":
      return onTurnEnded(state, event);
    case "interrupt":
      return onInterrupt(state, event);
    case "lease_lost":
      return onLeaseLost(state, event.lease_id);
    case "compact":
      return onWant(state, { ...state.wants, compact: true });
    case "new_session":
      return onWant(state, { ...state.wants, new_session: true });
    case "compacted":
      return state.mode.kind === "compacting" ? settle(state) : stay(state);
    case "wake":
      return onWake(state, event.now);
    case "login_changed":
      return state.mode.kind === "needs_login" ? settle(state) : stay(state);
    case "shutdown":
      return onShutdown(state, event.graceful);
    case "grace_over":
      return state.stopping ? cutForExit(state) : stay(state);
    default:
      return assertNever(event);
  }
}

function stay(state: State, effects: readonly Effect[] = []): Step {
  return { state, effects };
}

/** Nothing runs: what comes next. */
function settle(state: State): Step {
  if (state.stopping) return { state: { ...state, mode: { kind: "stopped" } }, effects: [{ kind: "exit" }] };
  if (state.wants.new_session) {
    // An empty conversation has nothing to summarise.
    const next = settle({ ...state, wants: { compact: false, new_session: false } });
    return { state: next.state, effects: [{ kind: "reset_session" }, ...next.effects] };
  }
  if (state.wants.compact) {
    const wants = { ...state.wants, compact: false };
    return {
      state: { ...state, wants, mode: { kind: "compacting", cancelled: false } },
      effects: [{ kind: "start_compact" }],
    };
  }
  if (state.paused) return stay({ ...state, mode: { kind: "paused" } });
  return { state: { ...state, mode: { kind: "idle" } }, effects: [{ kind: "ask_lease" }] };
}

function onSettings(state: State, paused: boolean): Step {
  const next: State = { ...state, paused };
  const resumed = state.paused && !paused;
  switch (state.mode.kind) {
    case "starting":
      return settle(next);
    case "idle":
    case "paused":
      return paused === (state.mode.kind === "paused") ? stay(next) : settle(next);
    case "needs_login":
    case "failed":
    case "budget_exhausted":
      // The operator says go on: that is worth a try.
      return resumed ? settle(next) : stay(next);
    default:
      return stay(next);
  }
}

function onLease(state: State, lease: Extract<Event, { kind: "lease" }>["lease"]): Step {
  if (state.mode.kind === "idle") {
    return {
      state: { ...state, mode: { kind: "turn", lease_id: lease.id, interrupting: false } },
      effects: [{ kind: "start_turn", lease }],
    };
  }
  return stay(state, [{ kind: "return_lease", lease, reason: `the harness is ${state.mode.kind}` }]);
}

function onLeaseRefused(state: State, event: { readonly reason: string; readonly now: number }): Step {
  if (state.mode.kind !== "idle") return stay(state);
  const until = event.now + BUDGET_RETRY_MS;
  return {
    state: { ...state, mode: { kind: "budget_exhausted", until, reason: event.reason } },
    effects: [{ kind: "wake_at", at: until }],
  };
}

function onTurnEnded(state: State, event: { readonly end: TurnEnd; readonly now: number }): Step {
  if (state.mode.kind !== "turn" || state.mode.lease_id !== event.end.lease_id) return stay(state);
  const { outcome, broken = false } = event.end;
  const failed = outcome === "error" || broken;
  const failures = failed ? state.failures + 1 : 0;
  const next: State = { ...state, failures };
  if (state.stopping) return settle(next);
  if (outcome === "needs_login") return park(next, { kind: "needs_login", reason: reasonOf(event.end) });
  if (outcome === "rate_limited") {
    const until = event.end.retry_at ?? event.now + UNKNOWN_LIMIT_MS;
    return park(next, { kind: "rate_limited", until, reason: reasonOf(event.end) });
  }
  if (failed) {
    const wait = backoff({ base: FAILURE_BASE_MS, cap: FAILURE_CAP_MS, attempt: failures - 1 });
    return park(next, { kind: "failed", until: event.now + wait, reason: reasonOf(event.end) });
  }
  return settle(next);
}

function reasonOf(end: TurnEnd): string {
  return end.reason ?? `the turn ended with "${end.outcome}"`;
}

function park(state: State, mode: Mode): Step {
  const effects: Effect[] = [];
  if (mode.kind === "needs_login") effects.push({ kind: "watch_login" });
  if ("until" in mode) effects.push({ kind: "wake_at", at: mode.until });
  // A new conversation needs no login, no limit and no luck.
  if (state.wants.new_session) effects.unshift({ kind: "reset_session" });
  const wants = state.wants.new_session ? { compact: false, new_session: false } : state.wants;
  return { state: { ...state, wants, mode }, effects };
}

function onInterrupt(state: State, event: { readonly by: string; readonly reason: string }): Step {
  if (state.mode.kind === "turn" && !state.mode.interrupting) {
    return {
      state: { ...state, mode: { ...state.mode, interrupting: true } },
      effects: [{ kind: "cut_turn", by: event.by, reason: event.reason, outcome: "interrupted" }],
    };
  }
  if (state.mode.kind === "compacting" && !state.mode.cancelled) {
    return {
      state: { ...state, mode: { kind: "compacting", cancelled: true } },
      effects: [{ kind: "cut_compact" }],
    };
  }
  return stay(state);
}

function onLeaseLost(state: State, leaseId: string): Step {
  const { mode } = state;
  if (mode.kind !== "turn" || mode.lease_id !== leaseId || mode.interrupting) return stay(state);
  const reason = "hive-c0re gave the messages back to the queue";
  return {
    state: { ...state, mode: { ...mode, interrupting: true } },
    effects: [{ kind: "cut_turn", by: "hive-c0re", reason, outcome: "lost" }],
  };
}

function onWant(state: State, wants: State["wants"]): Step {
  const next: State = { ...state, wants };
  const free = state.mode.kind === "idle" || state.mode.kind === "paused";
  if (free) return settle(next);
  const parked = ["needs_login", "rate_limited", "budget_exhausted", "failed"].includes(state.mode.kind);
  return parked && wants.new_session ? park(next, state.mode) : stay(next);
}

function onWake(state: State, now: number): Step {
  const { mode } = state;
  if (!("until" in mode)) return stay(state);
  // The timer measures elapsed time, the limit is a wall clock's: one of them may have jumped.
  if (now < mode.until) return stay(state, [{ kind: "wake_at", at: mode.until }]);
  return settle(state);
}

function onShutdown(state: State, graceful: boolean): Step {
  const next: State = { ...state, stopping: true };
  const { mode } = state;
  if (mode.kind === "stopped") return stay(state);
  if (mode.kind === "turn" && graceful) return stay(next);
  if (mode.kind === "turn" || mode.kind === "compacting") return cutForExit(next);
  return settle(next);
}

/** The turn's messages return to the queue: that it was cut is our doing, not the operator's. */
function cutForExit(state: State): Step {
  const { mode } = state;
  if (mode.kind === "compacting" && !mode.cancelled) {
    return { state: { ...state, mode: { ...mode, cancelled: true } }, effects: [{ kind: "cut_compact" }] };
  }
  if (mode.kind !== "turn" || mode.interrupting) return stay(state);
  const reason = "the agent is being stopped";
  return {
    state: { ...state, mode: { ...mode, interrupting: true } },
    effects: [{ kind: "cut_turn", by: "hive-c0re", reason, outcome: "lost" }],
  };
}
