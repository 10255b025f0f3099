/** node:sqlite behind the interface of ../sqlite.ts. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { SqliteDriver, SqlParams, SqlValue, Statement, StatementOptions } from "../sqlite.ts";

export function openDriver(path: string, readonly: boolean): SqliteDriver {
  const db = new DatabaseSync(path, { readOnly: readonly });
  return {
    exec: (sql) => {
      try {
        db.exec(sql);
      } catch (error) {
        throw withCode(error);
      }
    },
    prepare: (sql, options) => wrap(db, sql, options),
    close: () => db.close(),
    raw: db,
  };
}

/** SQLite's own words (sqlite3_errstr) for the results that callers tell apart. */
const CODE_OF_TEXT: readonly (readonly [text: string, code: number])[] = [
  ["database is locked", 5],
  ["attempt to write a readonly database", 8],
  ["database disk image is malformed", 11],
  ["database or disk is full", 13],
  ["constraint failed", 19],
  ["file is not a database", 26],
];

/** Errors of `exec` carry no code in Deno 2.9; those of statements do. */
function withCode(error: unknown): unknown {
  if (!(error instanceof Error) || "errcode" in error) return error;
  const found = CODE_OF_TEXT.find(([text]) => error.message.includes(text));
  return found === undefined ? error : Object.assign(error, { errcode: found[1] });
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
