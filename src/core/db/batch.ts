/** A group of writes in one transaction, each rolled back alone when it fails. */
import type { Sqlite } from "../../platform/sqlite.ts";
import { isStorageError, type Outcome, runAction, runAll } from "./action.ts";
import type { Tx } from "./tx.ts";

export interface Work {
  readonly action: (tx: Tx) => unknown;
  readonly repeatable: boolean;
}

/** Throws when the transaction failed as a whole; otherwise one outcome for each, in order, all committed. */
export function createBatchRunner(sqlite: Sqlite): (batch: readonly Work[]) => readonly Outcome[] {
  const savepoint = sqlite.prepare("savepoint job");
  const release = sqlite.prepare("release job");
  const rollback = sqlite.prepare("rollback to job");

  const runSaved = (job: Work): Outcome => {
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
  const runIn = (batch: readonly Work[], run: (job: Work) => Outcome): readonly Outcome[] => {
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
  return (batch) => {
    if (!batch.every((job) => job.repeatable)) return runIn(batch, runSaved);
    try {
      return runIn(batch, ({ action }) => runAction(action));
    } catch (error) {
      if (isStorageError(error)) throw error;
      return runIn(batch, runSaved);
    }
  };
}
