/** bun:sqlite behind the interface of ../sqlite.ts. */
import { Database, type SQLQueryBindings } from "bun:sqlite";
import type { SqliteDriver, SqlParams, SqlValue, Statement, StatementOptions } from "../sqlite.ts";

export function openDriver(path: string, readonly: boolean): SqliteDriver {
  const db = new Database(path, readonly ? { readonly: true, strict: true } : { create: true, strict: true });
  return {
    exec: (sql) => {
      db.run(sql);
    },
    prepare: (sql, options) => wrap(db, sql, options),
    close: () => db.close(),
    raw: db,
  };
}

function wrap<Row>(db: Database, sql: string, options: StatementOptions): Statement<Row> {
  const statement = db.prepare<Row, SQLQueryBindings[]>(sql);
  if (options.safeIntegers === true) statement.safeIntegers(true);
  const bind = (params: SqlParams): SQLQueryBindings[] => params as unknown as SQLQueryBindings[];
  return {
    run: (...params) => statement.run(...bind(params)),
    get: (...params) => statement.get(...bind(params)) ?? undefined,
    all: (...params) => statement.all(...bind(params)),
    values: (...params) => statement.values(...bind(params)) as SqlValue[][],
    iterate: (...params) => statement.iterate(...bind(params)),
    finalize: () => statement.finalize(),
  };
}
