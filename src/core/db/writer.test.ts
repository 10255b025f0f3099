import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualClock } from "../../lib/clock.ts";
import { assertLive } from "./action.ts";
import type { Db } from "./db.ts";
import { openDb } from "./open.ts";
import type { Tx } from "./tx.ts";

interface Bed {
  readonly db: Db;
  readonly add: (tx: Tx, text: string) => void;
  readonly rows: () => string[];
  readonly commits: () => number;
  [Symbol.dispose](): void;
}

function bed(): Bed {
  const dir = mkdtempSync(join(tmpdir(), "hive-writer-"));
  const migrations = [{ name: "0000_t", sql: "create table t (x text unique); create table n (c integer)" }];
  const db = openDb({ path: join(dir, "hive.sqlite"), clock: manualClock(), ballast: 0, migrations });
  const insert = db.sqlite.prepare("insert into t (x) values (?)");
  const all = db.sqlite.prepare<{ x: string }>("select x from t order by rowid");
  // Each commit with a change of the file moves its change counter; in WAL mode data_version shows it to others.
  const other = openDb({ path: join(dir, "hive.sqlite"), clock: manualClock(), ballast: 0, migrations });
  const version = other.sqlite.prepare<{ data_version: number }>("pragma data_version");
  const first = version.get()?.data_version ?? 0;
  return {
    db,
    add: (tx, text) => {
      assertLive(tx);
      insert.run(text);
    },
    rows: () => all.all().map(({ x }) => x),
    commits: () => (version.get()?.data_version ?? 0) - first,
    [Symbol.dispose]: () => {
      other.close();
      db.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

describe("the writer", () => {
  test("commits the writes of one tick together, each rolled back alone", async () => {
    using b = bed();
    const results = await Promise.allSettled([
      b.db.writer.write((tx) => b.add(tx, "a")),
      b.db.writer.write((tx) => {
        b.add(tx, "half");
        throw new Error("changed my mind");
      }),
      b.db.writer.write((tx) => b.add(tx, "a")),
      b.db.writer.write((tx) => b.add(tx, "b")),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
    expect(b.rows()).toEqual(["a", "b"]);
    expect(b.commits()).toBe(1);
  });

  test("repeatable writes run again when a neighbour fails, and their hooks once", async () => {
    using b = bed();
    const heard: string[] = [];
    const write = (name: string, fail = false) =>
      b.db.writer.write(
        (tx) => {
          tx.afterCommit(() => heard.push(name));
          b.add(tx, name);
          if (fail) throw new Error("no");
        },
        { repeatable: true },
      );
    const results = await Promise.allSettled([write("a"), write("x", true), write("b")]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(b.rows()).toEqual(["a", "b"]);
    expect(heard).toEqual(["a", "b"]);
  });

  test("runs hooks after the commit, in order, and none of what was rolled back", async () => {
    using b = bed();
    const heard: string[] = [];
    const write = (name: string, fail = false) =>
      b.db.writer.write((tx) => {
        tx.afterCommit(() => heard.push(`${name}:${b.db.sqlite.inTransaction}`));
        b.add(tx, name);
        if (fail) throw new Error("no");
      });
    await Promise.allSettled([write("a"), write("x", true), write("b")]);
    expect(heard).toEqual(["a:false", "b:false"]);
  });

  test("a hook that throws disturbs nobody", async () => {
    using b = bed();
    const bad = b.db.writer.write((tx) => {
      tx.afterCommit(() => {
        throw new Error("hook");
      });
      return 1;
    });
    expect(await Promise.all([bad, b.db.writer.write(() => 2)])).toEqual([1, 2]);
  });

  test("refuses a promise and rolls its work back, in types and at run time", async () => {
    using b = bed();
    // @ts-expect-error a promise-returning action must not compile
    const typed = b.db.writer.write(async (tx) => b.add(tx, "typed"));
    await expect(typed).rejects.toThrow("must not return a promise");
    const hidden = (tx: Tx): unknown => Promise.resolve(b.add(tx, "hidden"));
    await expect(b.db.writer.write(hidden)).rejects.toThrow("must not return a promise");
    expect(b.rows()).toEqual([]);
  });

  test("a transaction is over when its action returned", async () => {
    using b = bed();
    const kept = await b.db.writer.write((tx) => ({ tx }));
    expect(() => b.add(kept.tx, "late")).toThrow("the transaction has ended");
  });

  test("a write made in a hook or an action comes after", async () => {
    using b = bed();
    const inner = Promise.withResolvers<void>();
    await b.db.writer.write((tx) => {
      b.add(tx, "outer");
      b.db.writer.write((later) => b.add(later, "inner")).then(inner.resolve, inner.reject);
    });
    await inner.promise;
    expect(b.rows()).toEqual(["outer", "inner"]);
  });

  test("closing commits what waits and refuses what comes after", async () => {
    using b = bed();
    const waiting = b.db.writer.write((tx) => b.add(tx, "last"));
    b.db.writer.close();
    await waiting;
    expect(b.rows()).toEqual(["last"]);
    await expect(b.db.writer.write((tx) => b.add(tx, "more"))).rejects.toMatchObject({ code: "unavailable" });
  });
});
