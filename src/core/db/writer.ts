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

interface Done {
  readonly ok: true;
  readonly value: unknown;
  readonly hooks: readonly (() => void)[];
  readonly undo: readonly (() => void)[];
}

type Outcome = Done | { readonly ok: false; readonly error: unknown };

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

/** Open while its action runs, with what to do when its changes are rolled back. */
const live = new WeakMap<Tx, (() => void)[]>();

/** Throws when the transaction has ended. Stores may call it; the writer cannot see what they do. */
export function assertLive(tx: Tx): void {
  if (!live.has(tx)) throw new TypeError("the transaction has ended: await nothing between its statements");
}

/** For what is remembered outside the database: runs when the changes of this action do not stay. */
export function onRollback(tx: Tx, undo: () => void): void {
  live.get(tx)?.push(undo);
}

function runAll(hooks: readonly (() => void)[]): void {
  for (const hook of hooks) hook();
}

function runAction<T>(action: (tx: Tx) => T): Done & { readonly value: T } {
  const hooks: (() => void)[] = [];
  const undo: (() => void)[] = [];
  const tx = { afterCommit: (hook: () => void) => void hooks.push(hook) } as Tx;
  live.set(tx, undo);
  try {
    const value = action(tx);
    refusePromise(value);
    return { ok: true, value, hooks, undo };
  } catch (error) {
    runAll(undo);
    throw error;
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
      return done;
    } catch (error) {
      if (isStorageError(error)) throw error;
      rollback.run();
      release.run();
      return { ok: false, error };
    }
  };

  /** One transaction; when it fails as a whole, what its actions remembered is undone. */
  const runIn = (batch: readonly Job[], run: (job: Job) => Outcome): readonly Outcome[] => {
    const outcomes: Outcome[] = [];
    try {
      sqlite.transaction(() => {
        for (const job of batch) outcomes.push(run(job));
      });
      return outcomes;
    } catch (error) {
      for (const outcome of outcomes) if (outcome.ok) runAll(outcome.undo);
      throw error;
    }
  };

  /**
   * A savepoint keeps a copy of each page that changes under it, which doubles the cost of a small write. Where
   * every job may run again, there is none: if one fails, all of it is rolled back and runs again with them.
   */
  const runBatch = (batch: readonly Job[]): readonly Outcome[] => {
    if (!batch.every((job) => job.repeatable)) return runIn(batch, runSaved);
    try {
      return runIn(batch, ({ action }) => runAction(action));
    } catch (error) {
      if (isStorageError(error)) throw error;
      return runIn(batch, runSaved);
    }
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
      outcomes = runBatch(batch);
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
