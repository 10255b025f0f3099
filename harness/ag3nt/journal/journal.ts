/**
 * The agent's own memory of what happened: one row for each event, in `hyperhive-events.sqlite` below its state
 * directory. Stored before it is shown; history, live tail and search read it. Bounded by count, size and age.
 * Not here: who writes which event (ag3nt/turn), and who may read it (ag3nt/web).
 */
import type { Clock } from "../../../src/lib/clock.ts";
import { sqliteError } from "../../../src/platform/sqlite.ts";
import {
  JournalData,
  type JournalDelta,
  type JournalEvent,
  type JournalFrame,
  Todo,
} from "../../../src/wire/journal.ts";
import { digestOf } from "./digest.ts";
import { fitEvent } from "./fit-event.ts";
import { createFollowers } from "./followers.ts";
import { readHistory, toEvent } from "./history.ts";
import { prune } from "./prune.ts";
import { openStore, type Store, storageError } from "./store.ts";

export interface JournalLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

export const JOURNAL_LIMITS: JournalLimits = {
  maxEvents: 200_000,
  maxBytes: 256 * 1024 * 1024,
  maxAgeMs: 90 * 86_400_000,
};

export interface JournalOptions {
  readonly path: string;
  readonly clock: Pick<Clock, "now">;
  readonly limits?: Partial<JournalLimits>;
}

export interface HistoryQuery {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly limit: number;
  readonly search?: string | undefined;
}

export interface HistoryPage {
  /** Oldest first. */
  readonly events: JournalEvent[];
  /** There are further ones in the direction that was asked for: older, or with `after` newer. */
  readonly more: boolean;
}

export type TurnEnd = Extract<JournalData, { kind: "turn_end" }>;

export interface Journal {
  /** Durable when it returns. Throws HiveError `storage` when the disk is full or the file broken. */
  append(data: JournalData): JournalEvent;
  /** Shown to who follows now, stored nowhere. */
  delta(delta: JournalDelta): void;
  history(query: HistoryQuery): Promise<HistoryPage>;
  /**
   * Every event after `after` in order, none left out and none twice, then what comes; without `after` only what
   * comes. A `gap` frame stands for events that are no longer stored. Ends with the signal.
   */
  follow(after: number | undefined, signal: AbortSignal): AsyncIterable<JournalFrame>;
  /** How the turn of this lease ended, if it did. */
  lastTurnEnd(leaseId: string): TurnEnd | undefined;
  /** The newest messages and answers as text, oldest first, for a conversation that has to begin anew. */
  recentDigest(maxChars: number): string;
  todos(): Todo[];
  /** Replaces the list and appends it as an event. */
  setTodos(todos: readonly Todo[]): JournalEvent;
  /** 0 when it is empty. */
  lastSeq(): number;
  close(): void;
}

/** How many appends there are between two looks at the limits. */
const PRUNE_EVERY = 256;

export function openJournal(options: JournalOptions): Journal {
  const { path, clock } = options;
  const limits: JournalLimits = { ...JOURNAL_LIMITS, ...options.limits };
  let store = openStore(path, clock.now());
  let lastSeq = store.bounds.get()?.last ?? 0;
  let untilPrune = Math.min(PRUNE_EVERY, Math.ceil(limits.maxEvents / 4));
  const followers = createFollowers({
    read: (after, limit) => reading(path, () => store.after.all(after, limit).map(toEvent)),
    lastSeq: () => lastSeq,
  });

  const insert = (data: JournalData, also: () => void): JournalEvent => {
    const { data: fitted, json } = fitEvent(data);
    const at = clock.now();
    const seq = store.db.transaction(() => {
      also();
      const row = Number(store.insert.run(at, fitted.kind, json).lastInsertRowid);
      if (fitted.kind === "turn_end") store.saveTurnEnd.run(fitted.lease_id, row, json);
      return row;
    });
    lastSeq = seq;
    return { seq, at: new Date(at).toISOString(), data: fitted };
  };

  const tidy = (): void => {
    untilPrune -= 1;
    if (untilPrune > 0) return;
    untilPrune = Math.min(PRUNE_EVERY, Math.ceil(limits.maxEvents / 4));
    try {
      prune(store, limits, clock.now());
    } catch (error) {
      // The event itself is stored; a full disk cannot delete either, and the next round tries again.
      if (sqliteError(error).kind === "other") throw error;
    }
  };

  /** A file that broke while it was in use is replaced once, and the event goes into the new one. */
  const append = (data: JournalData, also: () => void = () => {}): JournalEvent => {
    try {
      const event = insert(data, also);
      followers.wake();
      return event;
    } catch (error) {
      if (sqliteError(error).kind !== "corrupt") throw storageError(path, error);
      store = replaceStore(store, clock.now());
      noteMovedAside(store, (notice) => insert(notice, () => {}));
      const event = insert(data, also);
      followers.wake();
      return event;
    }
  };

  noteMovedAside(store, append);
  const setTodos = (todos: readonly Todo[]): JournalEvent =>
    append({ kind: "todos", todos: [...todos] }, () => {
      store.clearTodos.run();
      for (const [position, todo] of todos.entries()) {
        store.insertTodo.run(position, todo.id, todo.text, todo.state);
      }
    });
  return {
    append: (data) => {
      const event = append(data);
      tidy();
      return event;
    },
    delta: followers.delta,
    history: async (query) => {
      try {
        return await readHistory(store, query);
      } catch (error) {
        throw storageError(path, error);
      }
    },
    follow: followers.follow,
    lastTurnEnd: (leaseId) => {
      const row = store.turnEnd.get(leaseId);
      return row === undefined ? undefined : TurnEndData.parse(JSON.parse(row.data));
    },
    recentDigest: (maxChars) => reading(path, () => digestOf(store, maxChars)),
    todos: () => reading(path, () => store.todos.all().map((row) => Todo.parse(row))),
    setTodos,
    lastSeq: () => lastSeq,
    close: () => {
      followers.close();
      store.close();
    },
  };
}

const TurnEndData = JournalData.refine((data): data is TurnEnd => data.kind === "turn_end");

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw storageError(path, error);
  }
}

function replaceStore(broken: Store, now: number): Store {
  try {
    broken.close();
  } catch {
    // It is being given up; only its file counts.
  }
  return openStore(broken.db.path, now, "it broke while it was in use");
}

function noteMovedAside(store: Store, append: (notice: JournalData) => void): void {
  const aside = store.movedAside;
  if (aside === undefined) return;
  const text = `the journal was unreadable (${aside.reason}) and was begun anew; the old one is "${aside.path}"`;
  append({ kind: "notice", level: "error", text });
}
