/**
 * The agent's own memory of what happened: one row for each event, in `hyperhive-events.sqlite` below its state
 * directory. Stored before it is shown; history, live tail and search read it. Bounded by count, size and age.
 * Not here: who writes which event (ag3nt/turn), and who may read it (ag3nt/web).
 */
import { type JournalEvent, Todo } from "../../../src/wire/journal.ts";
import { type Appender, createAppender } from "./appender.ts";
import { digestOf } from "./digest.ts";
import { createFollowers } from "./followers.ts";
import { readHistory, toEvent, toTurnEnd } from "./history.ts";
import { storageError } from "./store.ts";
import { JOURNAL_LIMITS, type Journal, type JournalOptions } from "./types.ts";

export type { Journal, JournalLimits, JournalOptions, TurnEnd } from "./types.ts";

export function openJournal(options: JournalOptions): Journal {
  const { path, clock } = options;
  const appender: Appender = createAppender({
    path,
    clock,
    limits: { ...JOURNAL_LIMITS, ...options.limits },
    onAppend: () => followers.wake(),
  });
  const reading = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      throw storageError(path, error);
    }
  };
  const followers = createFollowers({
    read: (after, limit) => reading(() => appender.store.after.all(after, limit).map(toEvent)),
    lastSeq: () => appender.lastSeq,
  });
  return {
    append: appender.append,
    delta: followers.delta,
    history: async (query) => {
      try {
        return await readHistory(appender.store, query);
      } catch (error) {
        throw storageError(path, error);
      }
    },
    follow: followers.follow,
    lastTurnEnd: (leaseId) => {
      const row = reading(() => appender.store.turnEnd.get(leaseId));
      return row === undefined ? undefined : toTurnEnd(row.data);
    },
    recentDigest: (maxChars) => reading(() => digestOf(appender.store, maxChars)),
    todos: () => reading(() => appender.store.todos.all().map((row) => Todo.parse(row))),
    setTodos: (todos) => saveTodos(appender, todos),
    lastSeq: () => appender.lastSeq,
    close: () => {
      followers.close();
      appender.store.close();
    },
  };
}

/** List and event in one transaction: they never disagree. */
function saveTodos(appender: Appender, todos: readonly Todo[]): JournalEvent {
  return appender.append({ kind: "todos", todos: [...todos] }, ({ clearTodos, insertTodo }) => {
    clearTodos.run();
    for (const [position, todo] of todos.entries()) {
      insertTodo.run(position, todo.id, todo.text, todo.state);
    }
  });
}
