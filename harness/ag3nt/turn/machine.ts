/**
 * Carries out what reduce.ts decides: asks for leases, runs turns and compactions, keeps the timers, and says each
 * change of state. One event at a time; whatever takes long comes back as another event.
 */
import type { Timer } from "../../../src/lib/clock.ts";
import type { HarnessState } from "../../../src/wire/agents.ts";
import { HiveError } from "../../../src/wire/errors.ts";
import type { Lease, LinkPush } from "../../../src/wire/link.ts";
import { watchLogin } from "../claude/login.ts";
import { compactSession } from "./compact.ts";
import type { TurnDeps } from "./context.ts";
import { reduce } from "./reduce.ts";
import { startTurn, type Turn } from "./run.ts";
import { type Effect, type Event, INITIAL, type Mode, type State } from "./state.ts";

export interface MachineOptions extends Omit<TurnDeps, "onActivity"> {
  /** claude's configuration directory, where its login lies. */
  readonly configDir: string;
  /** What the harness says of itself changed. */
  readonly onState: (state: HarnessState) => void;
  /** Nothing runs any more, and nothing will. */
  readonly onExit: () => void;
  readonly signal: AbortSignal;
}

export interface Machine {
  dispatch(event: Event): void;
  /** Messages that hive-c0re added to the running lease. */
  fold(push: Extract<LinkPush, { push: "urgent" }>): void;
  readonly state: HarnessState;
  /** Of the running turn, also while its end is being told. */
  readonly lease: { readonly id: string; readonly attempt: number } | undefined;
}

const LEASE_MAX = 20;
const LEASE_RETRY_MS = 1_000;
/** hive-c0re is asked not to give leases for reasons of its own. */
const REFUSALS = new Set(["limit", "forbidden", "conflict"]);

export function publicState(mode: Mode, activity: string | undefined): HarnessState {
  switch (mode.kind) {
    case "turn":
      return { kind: "turn", lease_id: mode.lease_id, activity };
    case "rate_limited":
      return { kind: "rate_limited", until: new Date(mode.until).toISOString(), reason: mode.reason };
    case "needs_login":
    case "budget_exhausted":
    case "failed":
      return { kind: mode.kind, reason: mode.reason };
    case "stopped":
      return { kind: "failed", reason: "the agent is stopping" };
    default:
      return { kind: mode.kind };
  }
}

export function createMachine(options: MachineOptions): Machine {
  const { clock, log, insist, journal, sessions, keeper, signal } = options;
  let state: State = INITIAL;
  let activity: string | undefined;
  let turn: { readonly lease: Lease; readonly run: Turn } | undefined;
  let asking = false;
  let waker: Timer | undefined;
  let said = "";
  let leaving: AbortController | undefined;
  let compacting: AbortController | undefined;

  const dispatch = (event: Event): void => {
    const before = state.mode;
    const step = reduce(state, event);
    state = step.state;
    if (state.mode !== before) leaving?.abort();
    for (const effect of step.effects) carryOut[effect.kind](effect as never);
    sayLater();
  };

  /** After what is urgent: on its way from a lease to claude nothing may wait for a report. */
  const sayLater = (): void => {
    clock.timer(0, () => {
      const now = publicState(state.mode, activity);
      const text = JSON.stringify(now);
      if (text === said) return;
      const { kind } = now;
      const changed = said === "" || JSON.parse(said).kind !== kind;
      said = text;
      // Turns have events of their own.
      if (changed && kind !== "turn" && kind !== "idle" && kind !== "starting") record(now);
      options.onState(now);
    });
  };

  const record = (now: HarnessState): void => {
    try {
      journal.append({ kind: "state", state: now });
    } catch (error) {
      log.error({ error }, "the state could not be stored");
    }
  };

  const failed = (what: string) => (error: unknown) => {
    if (!signal.aborted) log.error({ error }, what);
  };

  const askLease = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      while (!signal.aborted) {
        const lease = await nextLease();
        if (lease === undefined) continue;
        asking = false;
        return dispatch(lease);
      }
    } finally {
      asking = false;
    }
  };

  const nextLease = async (): Promise<Event | undefined> => {
    try {
      const { lease } = await insist("lease", { max: LEASE_MAX }, signal);
      return { kind: "lease", lease };
    } catch (error) {
      if (signal.aborted) return undefined;
      if (error instanceof HiveError && REFUSALS.has(error.code))
        return { kind: "lease_refused", reason: error.message, now: clock.now() };
      log.error({ error }, "hive-c0re gave no lease, asking again");
      await clock.sleep(LEASE_RETRY_MS, signal).catch(() => {});
      return undefined;
    }
  };

  const runTurn = (lease: Lease): void => {
    const run = startTurn(lease, {
      ...options,
      onActivity: (next) => {
        activity = next;
        sayLater();
      },
    });
    turn = { lease, run };
    run.done
      .then((end) => {
        turn = undefined;
        activity = undefined;
        dispatch({ kind: "turn_ended", end, now: clock.now() });
      })
      .catch(failed("a turn did not end"));
  };

  const runCompact = async (): Promise<void> => {
    compacting = new AbortController();
    await compactSession({ ...options, signal: compacting.signal }).catch(failed("compaction failed"));
    compacting = undefined;
    dispatch({ kind: "compacted" });
  };

  const wakeAt = (at: number): void => {
    waker?.cancel();
    // Looked at again at least each minute: the wall clock may jump.
    const ms = Math.min(60_000, Math.max(10, at - clock.now()));
    waker = clock.timer(ms, () => dispatch({ kind: "wake", now: clock.now() }));
  };

  const untilLogin = async (): Promise<void> => {
    leaving = new AbortController();
    const gone = AbortSignal.any([signal, leaving.signal]);
    if (await watchLogin({ configDir: options.configDir, clock, signal: gone }))
      dispatch({ kind: "login_changed" });
  };

  const resetSession = (): void => {
    sessions.renew();
    keeper.retire().catch(failed("claude could not be ended"));
    journal.append({ kind: "notice", level: "info", text: "a new conversation begins" });
  };

  const carryOut: { readonly [K in Effect["kind"]]: (effect: Extract<Effect, { kind: K }>) => void } = {
    ask_lease: () => void askLease().catch(failed("asking for messages failed")),
    start_turn: ({ lease }) => runTurn(lease),
    return_lease: ({ lease, reason }) =>
      void insist("finish", { lease_id: lease.id, outcome: "lost", reason }, signal).catch(
        failed("a lease could not be given back"),
      ),
    cut_turn: (order) => turn?.run.cut(order),
    start_compact: () => void runCompact().catch(failed("compaction failed")),
    cut_compact: () => compacting?.abort(),
    reset_session: resetSession,
    wake_at: ({ at }) => wakeAt(at),
    watch_login: () => void untilLogin().catch(failed("the login could not be watched")),
    exit: options.onExit,
  };

  return {
    dispatch,
    fold: ({ lease_id, messages }) => {
      if (turn?.lease.id === lease_id) turn.run.fold(messages);
    },
    get state() {
      return publicState(state.mode, activity);
    },
    get lease() {
      return turn === undefined ? undefined : { id: turn.lease.id, attempt: turn.lease.attempt };
    },
  };
}
