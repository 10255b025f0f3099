/**
 * Group commit: the writes of one tick share one transaction and one fsync, each in a savepoint of its own, and
 * every promise resolves only after the commit. Not here: what is written (stores/), how full disks are eased
 * (ballast.ts).
 */
import type { Sqlite } from "../../platform/sqlite.ts";
import { HiveError } from "../../wire/errors.ts";
import { isStorageError, type Outcome, runAction } from "./action.ts";
import { createBatchRunner, type Work } from "./batch.ts";
import type { Tx, WriteOptions, Writer } from "./tx.ts";

export { assertLive, onRollback } from "./action.ts";

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

interface Job extends Work {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export function createWriter(setup: WriterOptions): GroupWriter {
  const { sqlite, schedule, refusal, onStorageError, onHookError } = setup;
  const runBatch = createBatchRunner(sqlite);
  let queue: Job[] = [];
  let scheduled = false;
  let busy = false;
  let closed = false;

  const runHooks = (hooks: readonly (() => void)[]): void => {
    for (const hook of hooks) guarded(hook, onHookError);
  };

  const settle = (job: Job | undefined, outcome: Outcome): void => {
    if (outcome.ok) runHooks(outcome.hooks);
    if (outcome.ok) job?.resolve(outcome.value);
    else job?.reject(outcome.error);
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
    for (const [at, outcome] of outcomes.entries()) settle(batch[at], outcome);
  };

  const commitNext = (): void => {
    const batch = queue.slice(0, LARGEST_BATCH);
    queue = queue.slice(LARGEST_BATCH);
    if (batch.length > 0) commit(batch);
  };

  const flush = (): void => {
    while (queue.length > 0 && !busy) commitNext();
  };

  const later = (): void => {
    if (scheduled) return;
    scheduled = true;
    schedule(() => {
      scheduled = false;
      // One batch a turn of the event loop, so that reading and answering go on beside a flood.
      commitNext();
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

function guarded(hook: () => void, onError: (error: unknown) => void): void {
  try {
    hook();
  } catch (error) {
    onError(error);
  }
}
