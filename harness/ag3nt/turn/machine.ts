/**
 * Carries out what reduce.ts decides: asks for leases, runs turns and compactions, keeps the timers, and says each
 * change of state. One event at a time; whatever takes long comes back as another event.
 */
import type { Timer } from "../../../src/lib/clock.ts";
import type { HarnessState } from "../../../src/wire/agents.ts";
import type { Lease, LinkPush } from "../../../src/wire/link.ts";
import { watchLogin } from "../claude/login.ts";
import { compactSession } from "./compact.ts";
import type { TurnDeps } from "./context.ts";
import { createLeaseAsker } from "./lease-asker.ts";
import { reduce } from "./reduce.ts";
import { startTurn, type Turn } from "./run.ts";
import { type Effect, type Event, INITIAL, type State } from "./state.ts";
import { createStateTeller, publicState } from "./state-teller.ts";

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

/** What runs outside the reducer at this moment. */
interface Works {
  readonly options: MachineOptions;
  readonly dispatch: (event: Event) => void;
  readonly tellState: () => void;
  readonly failed: (what: string) => (error: unknown) => void;
  activity: string | undefined;
  turn: { readonly lease: Lease; readonly run: Turn } | undefined;
  compacting: AbortController | undefined;
  waker: Timer | undefined;
  /** Aborted when the mode that waits for a login is left. */
  waiting: AbortController | undefined;
}

export function createMachine(options: MachineOptions): Machine {
  let state: State = INITIAL;
  const dispatch = (event: Event): void => {
    const before = state.mode;
    const step = reduce(state, event);
    state = step.state;
    if (state.mode !== before) works.waiting?.abort();
    for (const effect of step.effects) carryOut(effect);
    works.tellState();
  };
  const now = (): HarnessState => publicState(state.mode, works.activity);
  const works: Works = {
    options,
    dispatch,
    tellState: createStateTeller({ ...options, state: now }),
    failed: (what) => (error) => {
      if (!options.signal.aborted) options.log.error({ error }, what);
    },
    activity: undefined,
    turn: undefined,
    compacting: undefined,
    waker: undefined,
    waiting: undefined,
  };
  const effects = effectTable(works);
  const carryOut = (effect: Effect): void => (effects[effect.kind] as (effect: Effect) => void)(effect);
  return {
    dispatch,
    fold: ({ lease_id, messages }) => {
      if (works.turn?.lease.id === lease_id) works.turn.run.fold(messages);
    },
    get state() {
      return now();
    },
    get lease() {
      const lease = works.turn?.lease;
      return lease === undefined ? undefined : { id: lease.id, attempt: lease.attempt };
    },
  };
}

type EffectTable = { readonly [K in Effect["kind"]]: (effect: Extract<Effect, { kind: K }>) => void };

function effectTable(works: Works): EffectTable {
  const { options, failed } = works;
  const { insist, signal } = options;
  return {
    ask_lease: createLeaseAsker({ ...options, dispatch: works.dispatch }),
    start_turn: ({ lease }) => runTurn(works, lease),
    return_lease: ({ lease, reason }) => {
      const back = insist("finish", { lease_id: lease.id, outcome: "lost", reason }, signal);
      back.catch(failed("a lease could not be given back"));
    },
    cut_turn: (order) => works.turn?.run.cut(order),
    start_compact: () => void runCompact(works).catch(failed("compaction failed")),
    cut_compact: () => works.compacting?.abort(),
    reset_session: () => resetSession(works),
    wake_at: ({ at }) => wakeAt(works, at),
    watch_login: () => void untilLogin(works).catch(failed("the login could not be watched")),
    exit: options.onExit,
  };
}

function runTurn(works: Works, lease: Lease): void {
  const { options, dispatch, tellState, failed } = works;
  const onActivity = (activity: string | undefined): void => {
    works.activity = activity;
    tellState();
  };
  const run = startTurn(lease, { ...options, onActivity });
  works.turn = { lease, run };
  run.done
    .then((end) => {
      works.turn = undefined;
      works.activity = undefined;
      dispatch({ kind: "turn_ended", end, now: options.clock.now() });
    })
    .catch(failed("a turn did not end"));
}

async function runCompact(works: Works): Promise<void> {
  const { options, dispatch, failed } = works;
  const cut = new AbortController();
  works.compacting = cut;
  await compactSession({ ...options, signal: cut.signal }).catch(failed("compaction failed"));
  works.compacting = undefined;
  dispatch({ kind: "compacted" });
}

/** Looked at again at least each minute: the wall clock may jump. */
const LONGEST_NAP_MS = 60_000;

function wakeAt(works: Works, at: number): void {
  const { clock } = works.options;
  works.waker?.cancel();
  const ms = Math.min(LONGEST_NAP_MS, Math.max(10, at - clock.now()));
  works.waker = clock.timer(ms, () => works.dispatch({ kind: "wake", now: clock.now() }));
}

async function untilLogin(works: Works): Promise<void> {
  const { configDir, clock, signal } = works.options;
  works.waiting = new AbortController();
  const left = AbortSignal.any([signal, works.waiting.signal]);
  if (await watchLogin({ configDir, clock, signal: left })) works.dispatch({ kind: "login_changed" });
}

function resetSession({ options, failed }: Works): void {
  options.sessions.renew();
  options.keeper.retire().catch(failed("claude could not be ended"));
  options.journal.append({ kind: "notice", level: "info", text: "a new conversation begins" });
}
