/**
 * drizzle over the one connection. Stores build their queries with it; the hot ones are prepared once (building a
 * query costs ten times its execution). Transactions are the writer's: drizzle's own are not offered.
 */
import { getTableColumns, type Placeholder, sql } from "drizzle-orm";
import { SQLiteBunSession } from "drizzle-orm/bun-sqlite/session";
import { BaseSQLiteDatabase, SQLiteSyncDialect, type SQLiteTable } from "drizzle-orm/sqlite-core";
import type { RunResult, Sqlite, SqlValue, Statement } from "../../platform/sqlite.ts";

export type Orm = Omit<BaseSQLiteDatabase<"sync", RunResult, Record<string, never>>, "transaction">;

/** Statements of queries that are built anew each time; the oldest is dropped first. */
const CACHED_STATEMENTS = 256;

type Positional = (...params: SqlValue[]) => unknown;
interface DrizzleStatement {
  readonly run: Positional;
  readonly all: Positional;
  readonly get: Positional;
  readonly values: Positional;
}

/**
 * drizzle's bun-sqlite session asks its client only for `prepare` and `exec`, so the same session serves the
 * platform's connection under Bun and Deno. That is no documented interface: drizzle is pinned exactly.
 */
function clientOf(sqlite: Sqlite): { prepare(text: string): DrizzleStatement; exec(text: string): void } {
  const cache = new Map<string, Statement>();
  return {
    exec: sqlite.exec,
    prepare: (text) => {
      const known = cache.get(text);
      const statement = known ?? sqlite.prepare(text);
      cache.delete(text);
      cache.set(text, statement);
      if (cache.size > CACHED_STATEMENTS) cache.delete(cache.keys().next().value ?? "");
      return statement;
    },
  };
}

export function createOrm(sqlite: Sqlite): Orm {
  const dialect = new SQLiteSyncDialect();
  const session = new SQLiteBunSession(clientOf(sqlite) as never, dialect, undefined);
  return new BaseSQLiteDatabase("sync", dialect, session as never, undefined) as unknown as Orm;
}

type Placeholders<T extends SQLiteTable> = {
  readonly [K in keyof T["_"]["columns"] & string]: Placeholder<K>;
};

/** `{ id: placeholder("id"), … }` for each column of the table but those left out: the values of a prepared insert. */
export function placeholders<T extends SQLiteTable, const L extends string = never>(
  table: T,
  leaveOut: readonly L[] = [],
): Omit<Placeholders<T>, L> {
  const names = Object.keys(getTableColumns(table)).filter((name) => !leaveOut.some((left) => left === name));
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as never;
}
