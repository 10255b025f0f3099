/**
 * Group commit: the writes of one tick share one transaction and one fsync, each in a savepoint of its own, and
 * every promise resolves only after the commit. Not here: what is written (stores/), how full disks are eased
 * (ballast.ts).
 */
import { type Sqlite, sqliteError } from "../../platform/sqlite.ts";
import { HiveError } from "../../wire/errors.ts";
import type { Tx, WriteOptions, Writer } from "./tx.ts";

/** Most writes of one commit: bounds how long the event loop stands still. */
const LARGEST_BATCH = 512;

export interface GroupWriter extends Writer {
  /** One transaction here and now, outside the queue; for start-up and upkeep. */
  now<T>(action: (tx: Tx) => T): T;
  /** Commits what waits. */
  flush(): void;
  /** Commits what waits and refuses everything after. */
  close(): void;
}

export interface WriterOptions {
  readonly sqlite: Sqlite;
  /** Runs the commit of what was queued in this tick: setImmediate. */
  readonly schedule: (run: () => void) => void;
  /** A reason to refuse ordinary writes now; asked for each. */
  readonly refusal: () => HiveError | undefined;
  /** A batch failed for the disk's sake; its callers get the error this answers. */
  readonly onStorageError: (error: unknown) => HiveError;
  /** An afterCommit hook threw: a defect, which must not touch the others. */
  readonly onHookError: (error: unknown) => void;
}

interface Job {
  readonly action: (tx: Tx) => unknown;
  readonly repeatable: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome =
  | { readonly ok: true; readonly value: unknown; readonly hooks: readonly (() => void)[] }
  | { readonly ok: false; readonly error: unknown };

/** Errors after which SQLite may have rolled back everything: the whole batch has failed. */
function isStorageError(error: unknown): boolean {
  const { kind, code } = sqliteError(error);
  return (
    kind === "full" || kind === "readonly" || kind === "corrupt" || kind === "busy" || (code & 0xff) === 10
  );
}

function refusePromise(value: unknown): void {
  if (typeof value !== "object" || value === null || !("then" in value)) return;
  if (typeof value.then !== "function") return;
  (value as PromiseLike<unknown>).then(undefined, () => {});
  throw new TypeError("a write must not return a promise: its work would run after the commit");
}

/** Opened while its action runs; a store called with it later is a defect that must show. */
const live = new WeakSet<Tx>();

/** Throws when the transaction has ended. Stores may call it; the writer cannot see what they do. */
export function assertLive(tx: Tx): void {
  if (!live.has(tx)) throw new TypeError("the transaction has ended: await nothing between its statements");
}

function runAction<T>(action: (tx: Tx) => T): { value: T; hooks: readonly (() => void)[] } {
  const hooks: (() => void)[] = [];
  const tx = { afterCommit: (hook: () => void) => void hooks.push(hook) } as Tx;
  live.add(tx);
  try {
    const value = action(tx);
    refusePromise(value);
    return { value, hooks };
  } finally {
    live.delete(tx);
  }
}

export function createWriter(setup: WriterOptions): GroupWriter {
  const { sqlite, schedule, refusal, onStorageError, onHookError } = setup;
  const savepoint = sqlite.prepare("savepoint job");
  const release = sqlite.prepare("release job");
  const rollback = sqlite.prepare("rollback to job");
  let queue: Job[] = [];
  let scheduled = false;
  let busy = false;
  let closed = false;

  const runSaved = (job: Job): Outcome => {
    savepoint.run();
    try {
      const done = runAction(job.action);
      release.run();
      return { ok: true, ...done };
    } catch (error) {
      if (isStorageError(error)) throw error;
      rollback.run();
      release.run();
      return { ok: false, error };
    }
  };

  /** Jobs that may run again: together, or, when one of them fails, each for itself. */
  const runTogether = (jobs: readonly Job[]): Outcome[] => {
    if (jobs.length === 1) return jobs.map(runSaved);
    savepoint.run();
    try {
      const outcomes = jobs.map(({ action }): Outcome => ({ ok: true, ...runAction(action) }));
      release.run();
      return outcomes;
    } catch (error) {
      if (isStorageError(error)) throw error;
      rollback.run();
      release.run();
      return jobs.map(runSaved);
    }
  };

  const runAll = (batch: readonly Job[]): Outcome[] => {
    const outcomes: Outcome[] = [];
    for (let at = 0; at < batch.length; ) {
      const next = batch.findIndex((job, place) => place >= at && !job.repeatable);
      const end = next < 0 ? batch.length : Math.max(next, at + 1);
      outcomes.push(...runTogether(batch.slice(at, end)));
      at = end;
    }
    return outcomes;
  };

  const runHooks = (hooks: readonly (() => void)[]): void => {
    for (const hook of hooks) {
      try {
        hook();
      } catch (error) {
        onHookError(error);
      }
    }
  };

  const settle = (job: Job, outcome: Outcome): void => {
    if (!outcome.ok) {
      job.reject(outcome.error);
      return;
    }
    runHooks(outcome.hooks);
    job.resolve(outcome.value);
  };

  const commit = (batch: readonly Job[]): void => {
    let outcomes: readonly Outcome[];
    busy = true;
    try {
      outcomes = sqlite.transaction(() => runAll(batch));
    } catch (error) {
      const failure = isStorageError(error) ? onStorageError(error) : error;
      for (const job of batch) job.reject(failure);
      return;
    } finally {
      busy = false;
    }
    for (const [at, job] of batch.entries()) {
      const outcome = outcomes[at];
      if (outcome !== undefined) settle(job, outcome);
    }
  };

  const flush = (): void => {
    while (queue.length > 0 && !busy) {
      const batch = queue.length <= LARGEST_BATCH ? queue : queue.slice(0, LARGEST_BATCH);
      queue = batch === queue ? [] : queue.slice(LARGEST_BATCH);
      commit(batch);
    }
  };

  const later = (): void => {
    if (scheduled) return;
    scheduled = true;
    schedule(() => {
      scheduled = false;
      // One batch a turn of the event loop, so that reading and answering go on beside a flood.
      const batch = queue.slice(0, LARGEST_BATCH);
      queue = queue.slice(LARGEST_BATCH);
      if (batch.length > 0) commit(batch);
      if (queue.length > 0) later();
    });
  };

  const write = (action: (tx: Tx) => unknown, options: WriteOptions = {}): Promise<unknown> => {
    const { essential = false, repeatable = false } = options;
    if (closed) return Promise.reject(new HiveError("unavailable", "the hive is shutting down"));
    const refused = essential ? undefined : refusal();
    if (refused !== undefined) return Promise.reject(refused);
    return new Promise((resolve, reject) => {
      queue.push({ action, repeatable, resolve, reject });
      later();
    });
  };

  return {
    write: write as Writer["write"],
    now: (action) => {
      const done = sqlite.transaction(() => runAction(action));
      runHooks(done.hooks);
      return done.value;
    },
    flush,
    close: () => {
      flush();
      closed = true;
    },
  };
}
