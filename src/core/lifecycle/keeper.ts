/**
 * Keeps one agent as expected: starts it, notices its end, tries again with growing waits and gives up on a crash
 * loop. Work on one agent happens one after the other. Which agents there are is the supervisor's.
 */
import { backoff } from "../../lib/backoff.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import { formatDuration } from "../../lib/duration.ts";
import type { Logger } from "../../platform/log.ts";
import { HiveError, toErrorBody } from "../../wire/errors.ts";
import type { Run, StartedRun } from "./backend.ts";
import { CRASH_LOOP, type Observation, RESTART } from "./keeper-state.ts";

/** What the keeper needs done; each is about this one agent. */
export interface KeeperHooks {
  /** Checks what can be checked and starts the harness. */
  start(): Promise<StartedRun>;
  stop(run: Run, graceMs: number): Promise<void>;
  alive(run: Run): boolean;
  /** The run is over and stopped: forget its record. */
  forget(): Promise<void>;
  /** Asks the harness to end by itself; false when it cannot be asked. */
  requestShutdown(options: { graceful: boolean; grace_seconds: number }): boolean;
  /** It ended on its own. `givenUp`: no further try. */
  crashed(crash: Crash): Promise<void>;
  /** Called each second while it runs: bounds its log, looks at its memory. */
  tick(run: Run): void;
  /** What is observed has changed. */
  changed(): void;
  /** For the reason of a crash. */
  lastLogLine(): Promise<string | undefined>;
  /** For a run that is no child of ours. */
  whyEnded(run: Run): Promise<string>;
  /** It ended by itself, or hangs, though the run goes on. */
  harnessEnded(): boolean;
  /** It is to run. */
  wanted(): boolean;
}

export interface Crash {
  readonly reason: string;
  readonly givenUp: boolean;
  /** The first since it last was well. */
  readonly first: boolean;
}

export interface KeeperOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly hooks: KeeperHooks;
  /** How long a run may go on without its harness, before it is started anew. */
  readonly graceMs: number;
}

export interface Keeper {
  observe(): Observation;
  /** Nothing when it runs. An explicit start forgets former crashes. */
  start(): Promise<void>;
  stop(options: { graceful: boolean }): Promise<void>;
  /** Takes over a process that an earlier daemon started; false when it is gone. */
  adopt(run: Run, startedAt: number): Promise<boolean>;
  /** It cannot be started and will not be tried again by itself. */
  fail(error: unknown): void;
  /** Stops watching; the agent goes on. */
  close(): Promise<void>;
}

export const GRACE = { gracefulSeconds: 60, abruptSeconds: 5, termMs: 3_000 } as const;
const WATCH_MS = 1_000;

interface Running {
  readonly run: Run;
  readonly startedAt: number;
  /** Of the monotonic clock. */
  readonly since: number;
  readonly ended: AbortController;
  /** When its harness was last seen; of the monotonic clock. */
  seen: number;
}

interface State {
  shown: Observation;
  running: Running | undefined;
  restarts: number;
  /** Monotonic times of crashes that count. */
  crashes: number[];
  retry: Timer | undefined;
  watch: Timer | undefined;
  /** Shortens the wait of a graceful stop. */
  hurry: AbortController | undefined;
  closed: boolean;
}

export function createKeeper(options: KeeperOptions): Keeper {
  const state: State = {
    shown: { process: "stopped", restarts: 0 },
    running: undefined,
    restarts: 0,
    crashes: [],
    retry: undefined,
    watch: undefined,
    hurry: undefined,
    closed: false,
  };
  const keeper = { ...options, state, queue: createQueue() };
  return {
    observe: () => state.shown,
    start: () =>
      keeper.queue(async () => {
        if (state.running !== undefined || state.closed) return;
        state.crashes = [];
        state.restarts = 0;
        await startNow(keeper, { explicit: true });
      }),
    stop: ({ graceful }) => {
      if (!graceful) state.hurry?.abort();
      return keeper.queue(() => stopNow(keeper, graceful));
    },
    adopt: (run, startedAt) =>
      keeper.queue(async () => {
        // What was seen may be older than what was started since.
        if (state.running !== undefined || state.closed) return true;
        if (options.hooks.alive(run)) {
          begin(keeper, { run, startedAt });
          return true;
        }
        // Its children may live on without it.
        await options.hooks.stop(run, 0);
        return false;
      }),
    fail: (error) => show(keeper, { process: "failed", reason: sentence(error), restarts: state.restarts }),
    close: async () => {
      state.closed = true;
      state.retry?.cancel();
      state.watch?.cancel();
      state.hurry?.abort();
      await keeper.queue(async () => {});
    },
  };
}

interface Kept extends KeeperOptions {
  readonly state: State;
  readonly queue: ReturnType<typeof createQueue>;
}

function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work, work);
    last = done.catch(() => {});
    return done;
  };
}

function show({ state, hooks }: Kept, shown: Observation): void {
  state.shown = shown;
  hooks.changed();
}

function sentence(error: unknown): string {
  return toErrorBody(error).error;
}

async function startNow(kept: Kept, { explicit }: { explicit: boolean }): Promise<void> {
  const { state, hooks, clock, log, name } = kept;
  state.retry?.cancel();
  show(kept, { process: "starting", restarts: state.restarts });
  try {
    const run = await hooks.start();
    begin(kept, { run, startedAt: clock.now(), exited: run.exited });
  } catch (error) {
    if (!(error instanceof HiveError)) log.error({ error, agent: name }, "an agent could not be started");
    if (!explicit) return crashed(kept, `it could not be started: ${sentence(error)}`);
    show(kept, { process: "failed", reason: sentence(error), restarts: 0 });
    throw error;
  }
}

interface Begin {
  readonly run: Run;
  readonly startedAt: number;
  readonly exited?: Promise<string>;
}

function begin(kept: Kept, { run, startedAt, exited }: Begin): void {
  const { state, clock } = kept;
  const since = clock.monotonic();
  const running: Running = { run, startedAt, since, seen: since, ended: new AbortController() };
  state.running = running;
  show(kept, {
    process: "running",
    pid: run.processes["main"]?.pid,
    started_at: new Date(startedAt).toISOString(),
    restarts: state.restarts,
  });
  exited?.then((reason) => ended(kept, running, reason)).catch(() => {});
  watch(kept, running);
}

/** Finds the end of a process that is not our child, and looks after the log. */
function watch(kept: Kept, running: Running): void {
  const { state, hooks, clock } = kept;
  state.watch?.cancel();
  // In half to one and a half of it, on the same beat as all others: a hundred agents wake the daemon once.
  const half = WATCH_MS / 2;
  const wait = WATCH_MS + half - ((clock.monotonic() + half) % WATCH_MS);
  state.watch = clock.timer(wait, () => {
    if (state.closed || state.running !== running) return;
    hooks.tick(running.run);
    if (!hooks.alive(running.run)) ended(kept, running);
    else if (isDeserted(kept, running)) ended(kept, running, deserted(kept));
    else watch(kept, running);
  });
}

/** A container lives on when its harness ended, also when nobody was there to see that. */
function isDeserted({ hooks, clock, graceMs }: Kept, running: Running): boolean {
  const now = clock.monotonic();
  if (!hooks.harnessEnded()) running.seen = now;
  return now - running.seen > graceMs;
}

function deserted({ graceMs }: Kept): string {
  return `its harness was not heard of for ${formatDuration(graceMs)}`;
}

/** Called once by whoever notices first. */
function ended(kept: Kept, running: Running, reason?: string): void {
  const { state, queue, hooks, log, name } = kept;
  if (running.ended.signal.aborted) return;
  running.ended.abort();
  // While it is being stopped, its end is what is waited for.
  if (state.closed || state.shown.process !== "running") return;
  const settle = async (): Promise<void> => {
    if (state.running !== running || state.closed) return;
    const why = reason ?? (await hooks.whyEnded(running.run).catch(() => "the harness is gone"));
    await hooks.stop(running.run, 0);
    await hooks.forget();
    state.running = undefined;
    // Its stop had failed, and is made up for.
    if (!hooks.wanted()) return show(kept, { process: "stopped", restarts: 0 });
    const line = await hooks.lastLogLine().catch(() => undefined);
    await crashed(kept, line === undefined ? why : `${why}; its last line: ${line}`, running);
  };
  const attempt = (): void => {
    queue(settle).catch((error: unknown) => {
      log.warn({ error, agent: name }, "the end of an agent was not handled");
      if (state.running !== running || state.closed) return;
      // As long as something of it may live, nothing is started.
      show(kept, { process: "stopping", reason: sentence(error), restarts: state.restarts });
      state.retry = kept.clock.timer(WATCH_MS, attempt);
    });
  };
  attempt();
}

async function crashed(kept: Kept, reason: string, running?: Running): Promise<void> {
  const { state, clock, hooks } = kept;
  const now = clock.monotonic();
  if (running !== undefined && now - running.since >= RESTART.healthyMs) state.restarts = 0;
  const first = state.restarts === 0;
  state.crashes = [...state.crashes.filter((at) => now - at < CRASH_LOOP.withinMs), now];
  const givenUp = state.crashes.length >= CRASH_LOOP.crashes;
  if (givenUp) {
    const span = formatDuration(CRASH_LOOP.withinMs);
    const why = `${CRASH_LOOP.crashes} crashes within ${span}, given up: ${reason}`;
    show(kept, { process: "failed", reason: why, restarts: state.restarts });
  } else {
    const wait = backoff({ base: RESTART.baseMs, cap: RESTART.capMs, attempt: state.restarts });
    state.restarts += 1;
    const retry_at = new Date(clock.now() + wait).toISOString();
    show(kept, { process: "backoff", reason, retry_at, restarts: state.restarts });
    state.retry = clock.timer(wait, () => retry(kept));
  }
  await hooks.crashed({ reason: state.shown.reason ?? reason, givenUp, first });
}

function retry(kept: Kept): void {
  const { state, queue, log, name } = kept;
  const again = async (): Promise<void> => {
    if (state.closed || state.shown.process !== "backoff") return;
    await startNow(kept, { explicit: false });
  };
  queue(again).catch((error: unknown) => log.error({ error, agent: name }, "a restart was not handled"));
}

async function stopNow(kept: Kept, graceful: boolean): Promise<void> {
  const { state, hooks } = kept;
  state.retry?.cancel();
  const { running } = state;
  if (running !== undefined) {
    show(kept, { ...state.shown, process: "stopping" });
    await askAndWait(kept, running, graceful);
    try {
      await hooks.stop(running.run, GRACE.termMs);
    } catch (error) {
      // Whatever is left of it is watched again.
      begin(kept, running);
      throw error;
    }
    await hooks.forget();
    state.running = undefined;
    state.watch?.cancel();
  }
  state.crashes = [];
  state.restarts = 0;
  show(kept, { process: "stopped", restarts: 0 });
}

/** The harness ends its turn and exits by itself, within a bound. */
async function askAndWait(kept: Kept, running: Running, graceful: boolean): Promise<void> {
  const { state, hooks, clock } = kept;
  const grace_seconds = graceful ? GRACE.gracefulSeconds : GRACE.abruptSeconds;
  if (!hooks.requestShutdown({ graceful, grace_seconds })) return;
  const hurry = new AbortController();
  state.hurry = hurry;
  const enough = AbortSignal.any([hurry.signal, running.ended.signal]);
  try {
    const deadline = clock.monotonic() + grace_seconds * 1_000;
    while (
      !enough.aborted &&
      clock.monotonic() < deadline &&
      hooks.alive(running.run) &&
      !hooks.harnessEnded()
    ) {
      await clock.sleep(Math.min(100, deadline - clock.monotonic()), enough).catch(() => {});
    }
  } finally {
    state.hurry = undefined;
  }
}
