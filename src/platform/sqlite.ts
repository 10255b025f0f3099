/**
 * One SQLite file behind one interface: bun:sqlite under Bun, node:sqlite under Deno.
 * Not here: schema, migrations, group commit (core/db). Calls are synchronous and block the event loop, up to
 * `busyTimeoutMs` when another process holds the write lock.
 */

export type SqlValue = null | number | bigint | string | Uint8Array;
export type SqlRow = Readonly<Record<string, SqlValue>>;
/** Positional values, or one object for named parameters (without their prefix). */
export type SqlParams = readonly SqlValue[] | readonly [Readonly<Record<string, SqlValue>>];

export interface RunResult {
  readonly changes: number;
  readonly lastInsertRowid: number | bigint;
}

export interface Statement<Row = SqlRow> {
  run(...params: SqlParams): RunResult;
  get(...params: SqlParams): Row | undefined;
  all(...params: SqlParams): Row[];
  /** Rows as arrays, in column order. */
  values(...params: SqlParams): SqlValue[][];
  /** Row by row; finish or leave the loop before the next write. */
  iterate(...params: SqlParams): IterableIterator<Row>;
  finalize(): void;
}

export interface StatementOptions {
  /** Integers come back as bigint: for signed 64-bit ids, which a double cannot hold. */
  readonly safeIntegers?: boolean;
}

export interface Sqlite {
  readonly path: string;
  exec(sql: string): void;
  /** Compile once and keep it; preparing costs ten times the execution. */
  prepare<Row = SqlRow>(sql: string, options?: StatementOptions): Statement<Row>;
  /**
   * BEGIN IMMEDIATE … COMMIT; a throw rolls back and passes on; inside another transaction it is a savepoint.
   * A callback that returns a promise is rolled back and refused: its work would run after the commit.
   */
  transaction<T>(fn: () => T): T;
  readonly inTransaction: boolean;
  close(): void;
  /** The runtime's own database object, for drizzle. */
  readonly raw: unknown;
}

export interface OpenSqliteOptions {
  readonly readonly?: boolean;
  /** How long a write waits for another process, milliseconds; 5000 when absent. */
  readonly busyTimeoutMs?: number;
  /** Added to, or overriding, the defaults: `{ cache_size: -2000 }`. */
  readonly pragmas?: Readonly<Record<string, string | number>>;
}

export interface SqliteDriver {
  exec(sql: string): void;
  prepare<Row>(sql: string, options: StatementOptions): Statement<Row>;
  close(): void;
  readonly raw: unknown;
}

const driver = "Bun" in globalThis ? await import("./bun/sqlite.ts") : await import("./deno/sqlite.ts");

/** journal_mode first: it must be set before the others on a new file, and a reader cannot change it. */
function pragmasFor(options: OpenSqliteOptions): Readonly<Record<string, string | number>> {
  return {
    busy_timeout: options.busyTimeoutMs ?? 5_000,
    ...(options.readonly === true ? { query_only: 1 } : { journal_mode: "wal", synchronous: "full" }),
    foreign_keys: 1,
    trusted_schema: 0,
    cache_size: -8_000,
    temp_store: "memory",
    ...options.pragmas,
  };
}

function checkedPragma(name: string, value: string | number): string {
  if (!/^[a-z_]+$/.test(name) || !/^-?[a-z0-9_]+$/i.test(String(value))) {
    throw new TypeError(`"${name} = ${value}" is not a pragma`);
  }
  return `pragma ${name} = ${value}`;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function transactions(exec: (sql: string) => void): { run<T>(fn: () => T): T; readonly depth: number } {
  let depth = 0;
  const begin = (): void => exec(depth === 0 ? "begin immediate" : `savepoint nested_${depth}`);
  const commit = (): void => exec(depth === 0 ? "commit" : `release nested_${depth}`);
  // A full disk makes SQLite roll back by itself; then there is nothing left to undo.
  const rollback = (): void => {
    try {
      exec(depth === 0 ? "rollback" : `rollback to nested_${depth}; release nested_${depth}`);
    } catch (error) {
      if (sqliteError(error).kind !== "other") throw error;
    }
  };
  const refuse = (result: PromiseLike<unknown>): never => {
    result.then(undefined, () => {});
    throw new TypeError("a transaction callback must not return a promise: it would run after the commit");
  };
  return {
    get depth() {
      return depth;
    },
    run(fn) {
      begin();
      depth += 1;
      let result: ReturnType<typeof fn>;
      try {
        result = fn();
        if (isThenable(result)) refuse(result);
        depth -= 1;
      } catch (error) {
        depth -= 1;
        rollback();
        throw error;
      }
      try {
        commit();
      } catch (error) {
        rollback();
        throw error;
      }
      return result;
    },
  };
}

export type SqliteErrorKind = "constraint" | "busy" | "full" | "readonly" | "corrupt" | "other";

const KIND_OF_PRIMARY: Readonly<Record<number, SqliteErrorKind>> = {
  5: "busy",
  6: "busy",
  8: "readonly",
  10: "other",
  11: "corrupt",
  13: "full",
  19: "constraint",
  26: "corrupt",
};

/** What went wrong, the same under both runtimes. `code` is SQLite's extended result code, 0 when there is none. */
export function sqliteError(error: unknown): { readonly kind: SqliteErrorKind; readonly code: number } {
  const code = extendedCode(error);
  return { kind: KIND_OF_PRIMARY[code & 0xff] ?? "other", code };
}

function extendedCode(error: unknown): number {
  if (typeof error !== "object" || error === null) return 0;
  // drizzle wraps the driver's error.
  if ("cause" in error && error.cause !== undefined && !("errno" in error) && !("errcode" in error)) {
    return extendedCode(error.cause);
  }
  if ("errcode" in error && typeof error.errcode === "number") return error.errcode;
  if ("errno" in error && typeof error.errno === "number" && error.errno > 0) return error.errno;
  return 0;
}

export function openSqlite(path: string, options: OpenSqliteOptions = {}): Sqlite {
  const db = driver.openDriver(path, options.readonly === true);
  try {
    for (const [name, value] of Object.entries(pragmasFor(options))) db.exec(checkedPragma(name, value));
  } catch (error) {
    db.close();
    throw error;
  }
  const tx = transactions(db.exec);
  return {
    path,
    exec: db.exec,
    prepare: (sql, statement = {}) => db.prepare(sql, statement),
    transaction: tx.run,
    get inTransaction() {
      return tx.depth > 0;
    },
    close: db.close,
    raw: db.raw,
  };
}
