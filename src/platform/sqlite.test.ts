import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqlite, type Sqlite, sqliteError } from "./sqlite.ts";

let dir: string;
let db: Sqlite;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sqlite-"));
  db = openSqlite(join(dir, "a.sqlite"));
  db.exec("create table t (id integer primary key, body text not null unique)");
});

afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true });
});

const count = (): unknown => db.prepare("select count(*) as n from t").get();

function caught(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("sqlite", () => {
  test("opens in WAL with full sync and foreign keys", () => {
    const pragma = (name: string): unknown => db.prepare(`pragma ${name}`).values()[0]?.[0];
    expect(pragma("journal_mode")).toBe("wal");
    expect(pragma("synchronous")).toBe(2);
    expect(pragma("foreign_keys")).toBe(1);
    expect(pragma("busy_timeout")).toBe(5_000);
  });

  test("keeps signed 64-bit ids exact with safeIntegers", () => {
    const insert = db.prepare("insert into t values (?, ?)");
    insert.run(9_223_372_036_854_775_807n, "max");
    insert.run(-1n, "minus");
    const rows = db.prepare<{ id: bigint }>("select id from t order by id", { safeIntegers: true }).all();
    expect(rows.map((row) => row.id)).toEqual([-1n, 9_223_372_036_854_775_807n]);
  });

  test("takes named parameters without their prefix", () => {
    db.prepare("insert into t values ($id, $body)").run({ id: 1, body: "x" });
    expect(db.prepare("select body from t where id = $id").get({ id: 1 })).toEqual({ body: "x" });
  });

  test("gives undefined for no row, and iterates", () => {
    expect(db.prepare("select * from t where id = 9").get()).toBeUndefined();
    db.exec("insert into t values (1, 'a'), (2, 'b')");
    expect([...db.prepare("select body from t order by id").iterate()]).toEqual([
      { body: "a" },
      { body: "b" },
    ]);
  });

  test("refuses a pragma that is more than a name and a value", () => {
    const open = () => openSqlite(join(dir, "b.sqlite"), { pragmas: { cache_size: "1; drop table t" } });
    expect(open).toThrow("is not a pragma");
  });

  test("opened read-only refuses writes", () => {
    using cleanup = new DisposableStack();
    const reader = openSqlite(join(dir, "a.sqlite"), { readonly: true });
    cleanup.defer(() => reader.close());
    expect(sqliteError(caught(() => reader.exec("insert into t values (1, 'x')"))).kind).toBe("readonly");
  });
});

describe("transaction", () => {
  test("rolls back what a throw interrupts and passes the throw on", () => {
    const failing = () =>
      db.transaction(() => {
        db.exec("insert into t values (1, 'x')");
        throw new Error("no");
      });
    expect(failing).toThrow("no");
    expect(count()).toEqual({ n: 0 });
    expect(db.inTransaction).toBe(false);
  });

  test("refuses a callback that returns a promise, and nothing of it stays", () => {
    const late = () =>
      db.transaction(async () => {
        db.exec("insert into t values (1, 'x')");
        throw new Error("would be unhandled");
      });
    expect(late).toThrow(TypeError);
    expect(count()).toEqual({ n: 0 });
  });

  test("inside another is a savepoint: the inner one fails alone", () => {
    db.transaction(() => {
      db.exec("insert into t values (1, 'outer')");
      const inner = () =>
        db.transaction(() => {
          db.exec("insert into t values (2, 'inner')");
          throw new Error("inner");
        });
      expect(inner).toThrow("inner");
    });
    expect(db.prepare("select body from t").values()).toEqual([["outer"]]);
  });

  test("waits for no one beyond the busy timeout, and says busy", () => {
    using cleanup = new DisposableStack();
    const other = openSqlite(join(dir, "a.sqlite"), { busyTimeoutMs: 1 });
    cleanup.defer(() => other.close());
    db.transaction(() => {
      expect(sqliteError(caught(() => other.transaction(() => 1))).kind).toBe("busy");
    });
    expect(other.transaction(() => 1)).toBe(1);
  });

  test("on a full database says full, and the handle goes on", () => {
    db.exec("pragma max_page_count = 20");
    const insert = db.prepare("insert into t (body) values (?)");
    const fill = () =>
      db.transaction(() => {
        for (let i = 0; i < 1_000; i++) insert.run(`${i}${"x".repeat(1_000)}`);
      });
    expect(sqliteError(caught(fill)).kind).toBe("full");
    expect(count()).toEqual({ n: 0 });
    expect(db.inTransaction).toBe(false);
    expect(db.transaction(() => insert.run("small").changes)).toBe(1);
  });
});

describe("sqliteError", () => {
  test("tells a broken constraint, with the extended code", () => {
    db.exec("insert into t values (1, 'x')");
    const error = caught(() => db.prepare("insert into t values (?, ?)").run(2, "x"));
    expect(sqliteError(error)).toEqual({ kind: "constraint", code: 2067 });
    expect(sqliteError(new Error("wrapped", { cause: error })).kind).toBe("constraint");
  });

  test("tells a file that is no database", () => {
    writeFileSync(
      join(dir, "junk"),
      "this is not a database, but it is long enough to be read as one".repeat(40),
    );
    expect(sqliteError(caught(() => openSqlite(join(dir, "junk")))).kind).toBe("corrupt");
  });

  test("takes no foreign error for one of SQLite's", () => {
    expect(sqliteError(Object.assign(new Error("x"), { errno: -2, code: "ENOENT" }))).toEqual({
      kind: "other",
      code: 0,
    });
    expect(sqliteError(undefined).kind).toBe("other");
  });
});
