/**
 * What the harness is doing, what can happen to it, and what it then does: the words of the one state machine.
 * The rules are in reduce.ts, carrying them out is machine.ts.
 */
import type { TurnOutcome } from "../../../src/wire/journal.ts";
import type { Lease } from "../../../src/wire/link.ts";

export type Mode =
  /** hive-c0re has not told the settings yet. */
  | { readonly kind: "starting" }
  /** A lease is asked for. */
  | { readonly kind: "idle" }
  | { readonly kind: "turn"; readonly lease_id: string; readonly interrupting: boolean }
  | { readonly kind: "compacting"; readonly cancelled: boolean }
  | { readonly kind: "needs_login"; readonly reason: string }
  | { readonly kind: "paused" }
  /** Times are wall clock, milliseconds. */
  | { readonly kind: "rate_limited"; readonly until: number; readonly reason: string }
  | { readonly kind: "budget_exhausted"; readonly until: number; readonly reason: string }
  | { readonly kind: "failed"; readonly until: number; readonly reason: string }
  /** Nothing begins any more. */
  | { readonly kind: "stopped" };

export type ModeKind = Mode["kind"];

export interface State {
  readonly mode: Mode;
  readonly paused: boolean;
  /** Asked for, done when no turn runs. */
  readonly wants: { readonly compact: boolean; readonly new_session: boolean };
  readonly stopping: boolean;
  /** Turns that failed one after the other. */
  readonly failures: number;
}

export interface TurnEnd {
  readonly lease_id: string;
  readonly outcome: TurnOutcome;
  readonly reason?: string | undefined;
  /** It is not the messages' fault: claude cannot be started at all. */
  readonly broken?: boolean;
  /** For `rate_limited`: wall clock, milliseconds. */
  readonly retry_at?: number | undefined;
}

export type Event =
  | { readonly kind: "settings"; readonly paused: boolean }
  | { readonly kind: "lease"; readonly lease: Lease }
  /** hive-c0re refuses leases for a reason of its own (budget). */
  | { readonly kind: "lease_refused"; readonly reason: string; readonly now: number }
  | { readonly kind: "turn_ended"; readonly end: TurnEnd; readonly now: number }
  | { readonly kind: "interrupt"; readonly by: string; readonly reason: string }
  | { readonly kind: "lease_lost"; readonly lease_id: string }
  | { readonly kind: "compact" }
  | { readonly kind: "new_session" }
  | { readonly kind: "compacted" }
  /** The time a mode waited for has come. */
  | { readonly kind: "wake"; readonly now: number }
  /** The stored login changed: worth a try. */
  | { readonly kind: "login_changed" }
  | { readonly kind: "shutdown"; readonly graceful: boolean }
  /** The time a graceful shutdown allowed is over. */
  | { readonly kind: "grace_over" };

export type Effect =
  | { readonly kind: "ask_lease" }
  | { readonly kind: "start_turn"; readonly lease: Lease }
  /** Back to the queue, uncounted. */
  | { readonly kind: "return_lease"; readonly lease: Lease; readonly reason: string }
  | {
      readonly kind: "cut_turn";
      readonly by: string;
      readonly reason: string;
      readonly outcome: "interrupted" | "lost";
    }
  | { readonly kind: "start_compact" }
  | { readonly kind: "cut_compact" }
  | { readonly kind: "reset_session" }
  /** Replaces the timer before. */
  | { readonly kind: "wake_at"; readonly at: number }
  | { readonly kind: "watch_login" }
  | { readonly kind: "exit" };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export const INITIAL: State = {
  mode: { kind: "starting" },
  paused: false,
  wants: { compact: false, new_session: false },
  stopping: false,
  failures: 0,
};
