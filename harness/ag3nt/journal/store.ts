/** The journal's file: schema, prepared statements, and what happens when it is broken (moved aside, begun anew). */
import { existsSync, renameSync } from "node:fs";
import { messageOf } from "../../../src/platform/errno.ts";
import { openSqlite, type Sqlite, type Statement, sqliteError } from "../../../src/platform/sqlite.ts";
import { HiveError } from "../../../src/wire/errors.ts";

export interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly data: string;
}

export interface TodoRow {
  readonly id: string;
  readonly text: string;
  readonly state: string;
}

export interface Store {
  readonly db: Sqlite;
  readonly close: () => void;
  readonly insert: Statement;
  readonly bounds: Statement<{ first: number | null; last: number | null; oldest: number | null }>;
  /** Ascending after a seq. */
  readonly after: Statement<EventRow>;
  /** Descending before a seq. */
  readonly before: Statement<EventRow>;
  /** The same two, with a LIKE pattern over the stored JSON. */
  readonly afterLike: Statement<EventRow>;
  readonly beforeLike: Statement<EventRow>;
  readonly deleteUpTo: Statement;
  readonly olderThan: Statement<{ seq: number | null }>;
  readonly saveTurnEnd: Statement;
  readonly turnEnd: Statement<{ data: string }>;
  readonly pruneTurnEnds: Statement;
  readonly todos: Statement<TodoRow>;
  readonly clearTodos: Statement;
  readonly insertTodo: Statement;
  /** Bytes in use, without pages that wait to be reused. */
  readonly usedBytes: () => number;
  /** Set when the file before this one was unusable: where it is now, and why. */
  readonly movedAside: MovedAside | undefined;
}

export interface MovedAside {
  readonly path: string;
  readonly reason: string;
}

const SCHEMA_VERSION = 1;

const SCHEMA = `
create table if not exists events (
  seq integer primary key autoincrement,
  at integer not null,
  kind text not null,
  data text not null
) strict;
create index if not exists events_at on events (at);
-- Outlives its event: a lease that comes again must be recognised.
create table if not exists turn_ends (
  lease_id text primary key,
  seq integer not null,
  data text not null
) strict;
create table if not exists todos (
  position integer primary key,
  id text not null unique,
  text text not null,
  state text not null
) strict;
pragma user_version = ${SCHEMA_VERSION};
`;

/** How many ended leases are remembered. */
const TURN_ENDS_KEPT = 5_000;

/** With `broken` the present file is moved aside whatever it looks like. */
export function openStore(path: string, now: number, broken?: string): Store {
  try {
    if (broken !== undefined) throw new Unusable(broken);
    return probed(prepareStore(openFile(path), undefined));
  } catch (error) {
    if (!(error instanceof Unusable) && sqliteError(error).kind !== "corrupt")
      throw storageError(path, error);
    const aside = { path: moveAside(path, now), reason: messageOf(error) };
    const fresh = prepareStore(openFile(path), aside);
    // Numbers go on above everything the lost file can have given out: who follows by number sees a gap, not a repeat.
    fresh.db.prepare("insert or replace into sqlite_sequence (name, seq) values ('events', ?)").run(now);
    return fresh;
  }
}

/** Opening reads the first page only. */
function probed(store: Store): Store {
  try {
    store.bounds.get();
    store.todos.all();
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

/** A file that SQLite reads and we do not. */
class Unusable extends Error {}

function openFile(path: string): Sqlite {
  const db = openSqlite(path, { busyTimeoutMs: 2_000, pragmas: { cache_size: -2_000 } });
  try {
    const version = Number(db.prepare("pragma user_version").values()[0]?.[0] ?? 0);
    if (version > SCHEMA_VERSION) throw new Unusable(`it was written by a newer version (${version})`);
    db.exec(SCHEMA);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function moveAside(path: string, now: number): string {
  const stamp = new Date(now).toISOString().replace(/[:.]/g, "-");
  const target = `${path}.corrupt-${stamp}`;
  for (const suffix of ["", "-wal", "-shm"]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
  }
  return target;
}

export function storageError(path: string, cause: unknown): HiveError {
  const { kind } = sqliteError(cause);
  const why =
    kind === "full" ? "the disk is full" : kind === "readonly" ? "it is read-only" : messageOf(cause);
  return new HiveError("storage", `the journal "${path}" cannot be used: ${why}`, {
    hint: kind === "full" ? "make room on the agent's disk" : "hivectl doctor",
    cause,
  });
}

function prepareStore(db: Sqlite, movedAside: MovedAside | undefined): Store {
  const events = "select seq, at, data from events";
  const statements: Statement<never>[] = [];
  const prepare = <Row>(sql: string): Statement<Row> => {
    const statement = db.prepare<Row>(sql);
    statements.push(statement as Statement<never>);
    return statement;
  };
  const pages = prepare<unknown>("pragma page_count");
  const free = prepare<unknown>("pragma freelist_count");
  const size = Number(prepare("pragma page_size").values()[0]?.[0] ?? 4096);
  const count = (statement: Statement<unknown>): number => Number(statement.values()[0]?.[0] ?? 0);
  return {
    db,
    movedAside,
    close: () => {
      // While a statement lives, SQLite keeps the file open and its log unmerged.
      for (const statement of statements) statement.finalize();
      db.close();
    },
    insert: prepare("insert into events (at, kind, data) values (?, ?, ?)"),
    bounds: prepare(
      "select (select seq from events order by seq limit 1) first, (select seq from events order by seq desc limit 1) last, (select at from events order by seq limit 1) oldest",
    ),
    after: prepare(`${events} where seq > ? order by seq limit ?`),
    before: prepare(`${events} where seq < ? order by seq desc limit ?`),
    afterLike: prepare(`${events} where seq > ? and seq <= ? and data like ? escape '\\' order by seq`),
    beforeLike: prepare(`${events} where seq < ? and seq >= ? and data like ? escape '\\' order by seq desc`),
    deleteUpTo: prepare("delete from events where seq <= ?"),
    olderThan: prepare("select max(seq) seq from events where at < ?"),
    saveTurnEnd: prepare("insert or replace into turn_ends (lease_id, seq, data) values (?, ?, ?)"),
    turnEnd: prepare("select data from turn_ends where lease_id = ?"),
    pruneTurnEnds: prepare(
      `delete from turn_ends where seq < (select seq from turn_ends order by seq desc limit 1 offset ${TURN_ENDS_KEPT})`,
    ),
    todos: prepare("select id, text, state from todos order by position"),
    clearTodos: prepare("delete from todos"),
    insertTodo: prepare("insert into todos (position, id, text, state) values (?, ?, ?, ?)"),
    usedBytes: () => (count(pages) - count(free)) * size,
  };
}
