/** Appending: one transaction for each event, pruning now and then, and a new file when the present one breaks. */
import type { Clock } from "../../../src/lib/clock.ts";
import { sqliteError } from "../../../src/platform/sqlite.ts";
import type { JournalData, JournalEvent } from "../../../src/wire/journal.ts";
import { fitEvent } from "./fit-event.ts";
import { prune } from "./prune.ts";
import { openStore, type Store, storageError } from "./store.ts";
import type { JournalLimits } from "./types.ts";

export interface AppenderOptions {
  readonly path: string;
  readonly clock: Pick<Clock, "now">;
  readonly limits: JournalLimits;
  readonly onAppend: () => void;
}

/** What else happens in the transaction of an event. */
type Also = (store: Store) => void;

export interface Appender {
  append(data: JournalData, also?: Also): JournalEvent;
  /** The present file; ask again after each append. */
  readonly store: Store;
  readonly lastSeq: number;
}

/** How many appends there are between two looks at the limits. */
const PRUNE_EVERY = 256;

export function createAppender(options: AppenderOptions): Appender {
  const { path, clock, limits, onAppend } = options;
  const pruneEvery = Math.min(PRUNE_EVERY, Math.ceil(limits.maxEvents / 4));
  let store = openStore(path, clock.now());
  let lastSeq = store.bounds.get()?.last ?? 0;
  let untilPrune = pruneEvery;

  const insert = (data: JournalData, also: Also): JournalEvent => {
    const event = insertInto(store, { data, at: clock.now(), also });
    lastSeq = event.seq;
    return event;
  };
  const noteMovedAside = (): void => {
    const aside = store.movedAside;
    if (aside === undefined) return;
    const text = `the journal was unreadable (${aside.reason}) and was begun anew; the old one is "${aside.path}"`;
    insert({ kind: "notice", level: "error", text }, () => {});
  };
  /** A file that broke while it was in use is replaced once, and the event goes into the new one. */
  const insertSomewhere = (data: JournalData, also: Also): JournalEvent => {
    try {
      return insert(data, also);
    } catch (error) {
      if (sqliteError(error).kind !== "corrupt") throw storageError(path, error);
      store = replaceStore(store, clock.now());
      noteMovedAside();
      return insert(data, also);
    }
  };
  const tidy = (): void => {
    untilPrune -= 1;
    if (untilPrune > 0) return;
    untilPrune = pruneEvery;
    try {
      prune(store, limits, clock.now());
    } catch (error) {
      // The event itself is stored; a full disk cannot delete either, and the next round tries again.
      if (sqliteError(error).kind === "other") throw error;
    }
  };

  noteMovedAside();
  return {
    append: (data, also = () => {}) => {
      const event = insertSomewhere(data, also);
      onAppend();
      tidy();
      return event;
    },
    get store() {
      return store;
    },
    get lastSeq() {
      return lastSeq;
    },
  };
}

function insertInto(
  store: Store,
  { data, at, also }: { readonly data: JournalData; readonly at: number; readonly also: Also },
): JournalEvent {
  const fitted = fitEvent(data);
  const seq = store.db.transaction(() => {
    also(store);
    const row = Number(store.insert.run(at, fitted.data.kind, fitted.json).lastInsertRowid);
    if (fitted.data.kind === "turn_end") store.saveTurnEnd.run(fitted.data.lease_id, row, fitted.json);
    return row;
  });
  return { seq, at: new Date(at).toISOString(), data: fitted.data };
}

function replaceStore(broken: Store, now: number): Store {
  try {
    broken.close();
  } catch {
    // It is being given up; only its file counts.
  }
  return openStore(broken.db.path, now, "it broke while it was in use");
}
