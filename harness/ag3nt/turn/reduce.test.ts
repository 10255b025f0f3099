import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Lease } from "../../../src/wire/link.ts";
import { reduce } from "./reduce.ts";
import { type Effect, type Event, INITIAL, type Mode, type ModeKind, type State } from "./state.ts";

const lease = (id = "01J0000000000000000000000A"): Lease => ({
  id,
  attempt: 1,
  messages: [],
  already_done: [],
});
const LEASE = lease();

const MODES: { readonly [K in ModeKind]: Extract<Mode, { kind: K }> } = {
  starting: { kind: "starting" },
  idle: { kind: "idle" },
  turn: { kind: "turn", lease_id: LEASE.id, interrupting: false },
  compacting: { kind: "compacting", cancelled: false },
  needs_login: { kind: "needs_login", reason: "r" },
  paused: { kind: "paused" },
  rate_limited: { kind: "rate_limited", until: 5_000, reason: "r" },
  budget_exhausted: { kind: "budget_exhausted", until: 5_000, reason: "r" },
  failed: { kind: "failed", until: 5_000, reason: "r" },
  stopped: { kind: "stopped" },
};

const ended = (outcome: "ok" | "error" | "interrupted" | "needs_login" | "rate_limited" | "lost"): Event => ({
  kind: "turn_ended",
  end: { lease_id: LEASE.id, outcome, reason: "r", retry_at: outcome === "rate_limited" ? 9_000 : undefined },
  now: 1_000,
});

const EVENTS = {
  go: { kind: "settings", paused: false },
  pause: { kind: "settings", paused: true },
  lease: { kind: "lease", lease: LEASE },
  refused: { kind: "lease_refused", reason: "r", now: 1_000 },
  ok: ended("ok"),
  error: ended("error"),
  cut: ended("interrupted"),
  login: ended("needs_login"),
  limit: ended("rate_limited"),
  lost: ended("lost"),
  interrupt: { kind: "interrupt", by: "operator", reason: "r" },
  lease_lost: { kind: "lease_lost", lease_id: LEASE.id },
  compact: { kind: "compact" },
  new_session: { kind: "new_session" },
  compacted: { kind: "compacted" },
  early: { kind: "wake", now: 1_000 },
  wake: { kind: "wake", now: 6_000 },
  login_changed: { kind: "login_changed" },
  stop: { kind: "shutdown", graceful: true },
  stop_now: { kind: "shutdown", graceful: false },
  grace_over: { kind: "grace_over" },
} as const satisfies Record<string, Event>;
type Name = keyof typeof EVENTS;

/** What happens in each mode, as `next-mode effect effect`. An event that is not listed changes nothing. */
const TABLE: { readonly [K in ModeKind]: Partial<Record<Name, string>> } = {
  starting: {
    go: "idle ask_lease",
    pause: "paused",
    lease: "starting return_lease",
    stop: "stopped exit",
    stop_now: "stopped exit",
  },
  idle: {
    pause: "paused",
    lease: "turn start_turn",
    refused: "budget_exhausted wake_at",
    compact: "compacting start_compact",
    new_session: "idle reset_session ask_lease",
    stop: "stopped exit",
    stop_now: "stopped exit",
  },
  turn: {
    lease: "turn return_lease",
    ok: "idle ask_lease",
    error: "failed wake_at",
    cut: "idle ask_lease",
    login: "needs_login watch_login",
    limit: "rate_limited wake_at",
    lost: "idle ask_lease",
    interrupt: "turn cut_turn",
    lease_lost: "turn cut_turn",
    stop_now: "turn cut_turn",
  },
  compacting: {
    lease: "compacting return_lease",
    interrupt: "compacting cut_compact",
    compacted: "idle ask_lease",
    stop: "compacting cut_compact",
    stop_now: "compacting cut_compact",
  },
  needs_login: {
    lease: "needs_login return_lease",
    login_changed: "idle ask_lease",
    stop: "stopped exit",
    stop_now: "stopped exit",
  },
  paused: {
    go: "idle ask_lease",
    lease: "paused return_lease",
    compact: "compacting start_compact",
    new_session: "paused reset_session",
    stop: "stopped exit",
    stop_now: "stopped exit",
  },
  rate_limited: {
    lease: "rate_limited return_lease",
    early: "rate_limited wake_at",
    wake: "idle ask_lease",
    stop: "stopped exit",
    stop_now: "stopped exit",
  },
  budget_exhausted: {
    lease: "budget_exhausted return_lease",
    early: "budget_exhausted wake_at",
    wake: "idle ask_lease",
    stop: "stopped exit",
    stop_now: "stopped exit",
  },
  failed: {
    lease: "failed return_lease",
    early: "failed wake_at",
    wake: "idle ask_lease",
    stop: "stopped exit",
    stop_now: "stopped exit",
  },
  stopped: { lease: "stopped return_lease" },
};

const told = (state: State, effects: readonly Effect[]): string =>
  [state.mode.kind, ...effects.map((effect) => effect.kind)].join(" ");

describe("turn loop", () => {
  for (const kind of Object.keys(MODES) as ModeKind[]) {
    for (const name of Object.keys(EVENTS) as Name[]) {
      const paused = kind === "paused";
      const parked = "until" in MODES[kind] || kind === "needs_login";
      const reset = parked && name === "new_session";
      test(`${kind} on ${name}`, () => {
        const { state, effects } = reduce({ ...INITIAL, paused, mode: MODES[kind] }, EVENTS[name]);
        if (reset) {
          expect(state.mode).toEqual(MODES[kind]);
          expect(effects.map((effect) => effect.kind)).toContain("reset_session");
          return;
        }
        expect(told(state, effects)).toBe(TABLE[kind][name] ?? kind);
      });
    }
  }

  test("pausing during a turn holds after it, and the turn goes on", () => {
    const during = reduce({ ...INITIAL, mode: MODES.turn }, EVENTS.pause);
    expect(told(during.state, during.effects)).toBe("turn");
    const after = reduce(during.state, EVENTS.ok);
    expect(told(after.state, after.effects)).toBe("paused");
  });

  test("resuming tries a login, a failure or a budget again", () => {
    for (const kind of ["needs_login", "failed", "budget_exhausted"] as const) {
      const step = reduce({ ...INITIAL, paused: true, mode: MODES[kind] }, EVENTS.go);
      expect(told(step.state, step.effects)).toBe("idle ask_lease");
    }
  });

  test("failures wait longer each time, and a good turn forgets them", () => {
    const fail = (failures: number): number => {
      const { state } = reduce({ ...INITIAL, failures, mode: MODES.turn }, EVENTS.error);
      return state.mode.kind === "failed" ? state.mode.until - 1_000 : -1;
    };
    expect([0, 1, 2, 10].map(fail)).toEqual([1_000, 2_000, 4_000, 60_000]);
    expect(reduce({ ...INITIAL, failures: 3, mode: MODES.turn }, EVENTS.ok).state.failures).toBe(0);
  });

  test("a graceful stop lets the turn end, then exits", () => {
    const asked = reduce({ ...INITIAL, mode: MODES.turn }, EVENTS.stop);
    expect(told(asked.state, asked.effects)).toBe("turn");
    const after = reduce(asked.state, EVENTS.error);
    expect(told(after.state, after.effects)).toBe("stopped exit");
    const over = reduce(asked.state, EVENTS.grace_over);
    expect(told(over.state, over.effects)).toBe("turn cut_turn");
  });
});

const eventArb: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom(...Object.values(EVENTS)),
  fc.record({ kind: fc.constant("settings" as const), paused: fc.boolean() }),
  fc.record({ kind: fc.constant("wake" as const), now: fc.nat(100_000) }),
);

/** A world around the reducer: leases come when asked for (and sometimes when not), turns end when they run. */
function world(events: readonly (Event | "lease" | "end" | "compacted")[]): void {
  let state = INITIAL;
  const open = new Set<string>();
  let running: string | undefined;
  let compacting = false;
  let given = 0;
  const carryOut = (effect: Effect): void => {
    if (effect.kind === "start_turn") {
      expect(running).toBeUndefined();
      expect(compacting).toBe(false);
      running = effect.lease.id;
    }
    if (effect.kind === "start_compact") {
      expect(running).toBeUndefined();
      expect(compacting).toBe(false);
      compacting = true;
    }
    if (effect.kind === "return_lease") open.delete(effect.lease.id);
    if (effect.kind === "reset_session") expect(running).toBeUndefined();
    if (effect.kind === "exit") expect(running === undefined && !compacting).toBe(true);
  };
  const feed = (event: Event): void => {
    const step = reduce(state, event);
    state = step.state;
    for (const effect of step.effects) carryOut(effect);
    expect(state.mode.kind === "turn").toBe(running !== undefined);
    expect(state.mode.kind === "compacting").toBe(compacting);
    // Each lease is in the running turn, or was given back.
    expect([...open]).toEqual(running === undefined ? [] : [running]);
  };
  for (const event of events) {
    if (event === "lease") {
      const next = lease(`L${given++}`);
      open.add(next.id);
      feed({ kind: "lease", lease: next });
    } else if (event === "end") {
      if (running === undefined) continue;
      const lease_id = running;
      running = undefined;
      open.delete(lease_id);
      const outcome = (["ok", "error", "needs_login", "rate_limited", "lost"] as const)[given % 5] ?? "ok";
      feed({ kind: "turn_ended", end: { lease_id, outcome }, now: 0 });
    } else if (event === "compacted") {
      if (!compacting) continue;
      compacting = false;
      feed({ kind: "compacted" });
    } else if (event.kind !== "lease" && event.kind !== "turn_ended" && event.kind !== "compacted")
      feed(event);
  }
}

describe("turn loop, over any history", () => {
  test("there is never a second turn, and no lease is left without an end", () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom("lease" as const, "end" as const, "compacted" as const) },
      { weight: 2, arbitrary: eventArb },
    );
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), world), { numRuns: 2_000 });
  });

  test("a paused harness starts nothing", () => {
    fc.assert(
      fc.property(fc.array(eventArb, { maxLength: 40 }), (events) => {
        let state = reduce(INITIAL, EVENTS.pause).state;
        for (const event of events) {
          if (event.kind === "settings") continue;
          const next = reduce(state, event);
          expect(next.effects.some((effect) => effect.kind === "start_turn")).toBe(false);
          state = next.state;
        }
      }),
    );
  });

  test("after a stop the only way is out", () => {
    fc.assert(
      fc.property(fc.array(eventArb, { maxLength: 40 }), (events) => {
        let state = reduce({ ...INITIAL, mode: MODES.turn }, EVENTS.stop).state;
        for (const event of events) {
          const next = reduce(state, event);
          expect(
            next.effects.some((effect) => effect.kind === "start_turn" || effect.kind === "ask_lease"),
          ).toBe(false);
          state = next.state;
        }
      }),
    );
  });
});
