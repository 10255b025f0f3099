/** node:sqlite behind the interface of ../sqlite.ts. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { SqliteDriver, SqlParams, SqlValue, Statement, StatementOptions } from "../sqlite.ts";

export function openDriver(path: string, readonly: boolean): SqliteDriver {
  const db = new DatabaseSync(path, { readOnly: readonly });
  return {
    exec: (sql) => db.exec(sql),
    prepare: (sql, options) => wrap(db, sql, options),
    close: () => db.close(),
    raw: db,
  };
}

function wrap<Row>(db: DatabaseSync, sql: string, options: StatementOptions): Statement<Row> {
  const statement = db.prepare(sql);
  if (options.safeIntegers === true) statement.setReadBigInts(true);
  const bind = (params: SqlParams): SQLInputValue[] => params as unknown as SQLInputValue[];
  return {
    run: (...params) => {
      const { changes, lastInsertRowid } = statement.run(...bind(params));
      return { changes: Number(changes), lastInsertRowid };
    },
    get: (...params) => statement.get(...bind(params)) as Row | undefined,
    all: (...params) => statement.all(...bind(params)) as Row[],
    values: (...params) =>
      statement.all(...bind(params)).map((row) => Object.values(row as Record<string, SqlValue>)),
    iterate: (...params) => statement.iterate(...bind(params)) as IterableIterator<Row>,
    finalize: () => {},
  };
}
