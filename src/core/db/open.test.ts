import { describe, expect, test } from "bun:test";
import { mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualClock } from "../../lib/clock.ts";
import type { Db } from "./db.ts";
import { MIGRATIONS, type Migration } from "./migrate.ts";
import { openDb } from "./open.ts";

const A: Migration = { name: "0000_a", sql: "create table a (x); insert into a values (1)" };
const B: Migration = { name: "0001_b", sql: "create table b (y)" };

function place(): {
  path: string;
  open: (migrations?: readonly Migration[]) => Db;
  [Symbol.dispose](): void;
} {
  const dir = mkdtempSync(join(tmpdir(), "hive-open-"));
  const path = join(dir, "hive.sqlite");
  return {
    path,
    open: (migrations = [A, B]) => openDb({ path, clock: manualClock(), ballast: 64 * 1024, migrations }),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

describe("opening", () => {
  test("applies each migration once and goes on where it was", () => {
    using at = place();
    at.open([A]).close();
    const db = at.open([A, B]);
    expect(db.sqlite.prepare("select count(*) as n from a").get()).toEqual({ n: 1 });
    expect(db.sqlite.prepare("select name from migrations order by position").all()).toEqual([
      { name: "0000_a" },
      { name: "0001_b" },
    ]);
    db.close();
  });

  test("refuses a database of a newer program, and says what to do", () => {
    using at = place();
    at.open([A, B]).close();
    expect(() => at.open([A])).toThrow(
      expect.objectContaining({
        code: "conflict",
        message: `"${at.path}" was written by a newer hyperhive (migration "0001_b")`,
        hint: expect.stringContaining("newer version"),
      }),
    );
  });

  test("refuses a migration that changed after it was applied, and one put in between", () => {
    using at = place();
    at.open([A, B]).close();
    const changed = { ...B, sql: "create table b (z)" };
    const between = [A, { name: "0001_c", sql: "select 1" }, { ...B, name: "0002_b" }];
    for (const list of [[A, changed], between]) {
      expect(() => at.open(list)).toThrow(
        expect.objectContaining({ code: "conflict", message: expect.stringContaining("0001_b") }),
      );
    }
    expect(() => at.open([B])).toThrow(TypeError);
  });

  test("a migration that fails leaves the database as it was", () => {
    using at = place();
    at.open([A]).close();
    expect(() => at.open([A, { name: "0001_bad", sql: "create table c (x); nonsense" }])).toThrow();
    const db = at.open([A, B]);
    expect(db.sqlite.prepare("select count(*) as n from sqlite_master where name = 'c'").get()).toEqual({
      n: 0,
    });
    db.close();
  });

  test("refuses another program's database and a file that is none", () => {
    using at = place();
    writeFileSync(at.path, "this is my diary, not a database; ".repeat(100));
    expect(() => at.open()).toThrow(
      expect.objectContaining({ code: "storage", message: expect.stringContaining(at.path) }),
    );
    rmSync(at.path);
    const theirs = openDb({ path: at.path, clock: manualClock(), ballast: 0, migrations: [] });
    theirs.sqlite.exec("pragma application_id = 7");
    theirs.close();
    expect(() => at.open()).toThrow(
      expect.objectContaining({ message: expect.stringContaining("another program") }),
    );
  });

  test("finds a damaged file at once and names it [db:integrity]", async () => {
    using at = place();
    const db = at.open([A]);
    const fill = db.sqlite.prepare("insert into a values (?)");
    await db.writer.write(() => {
      for (let n = 0; n < 5_000; n++) fill.run(`row ${n} ${"x".repeat(50)}`);
    });
    db.close();
    const file = openSync(at.path, "r+");
    writeSync(file, new Uint8Array(8_192).fill(0xa5), 0, 8_192, 4096 * 5);
    expect(() => at.open([A])).toThrow(
      expect.objectContaining({
        code: "storage",
        message: expect.stringContaining(`"${at.path}" is damaged`),
        hint: expect.stringContaining("backup"),
      }),
    );
  });

  test("in a directory that is not there says so", () => {
    using at = place();
    const path = join(at.path, "../missing/hive.sqlite");
    expect(() => openDb({ path, clock: manualClock() })).toThrow(
      expect.objectContaining({ code: "storage", hint: expect.stringContaining("permissions") }),
    );
  });

  test("puts a ballast file beside the database", () => {
    using at = place();
    at.open().close();
    expect(statSync(at.path.replace(".sqlite", ".ballast")).size).toBe(64 * 1024);
  });

  test("the embedded migrations fit the schema file by file", () => {
    using at = place();
    const db = at.open(MIGRATIONS);
    const tables = db.sqlite
      .prepare<{ name: string }>("select name from sqlite_master where type = 'table'")
      .all();
    expect(tables.map(({ name }) => name)).toContain("messages");
    db.close();
  });
});
