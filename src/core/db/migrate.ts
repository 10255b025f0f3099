/**
 * Brings the file to this program's schema. The list is embedded in the executable; what was applied is recorded
 * with a hash, so that a changed, reordered or unknown migration is refused instead of half-applied.
 */
import { createHash } from "node:crypto";
import type { Sqlite } from "../../platform/sqlite.ts";
import { HiveError } from "../../wire/errors.ts";
import init from "./migrations/0000_init.sql" with { type: "text" };
import search from "./migrations/0001_search.sql" with { type: "text" };

export interface Migration {
  /** `0007_name`; its number is its place in the list. */
  readonly name: string;
  readonly sql: string;
}

/** In the order of application. Append only, once released. */
export const MIGRATIONS: readonly Migration[] = [
  { name: "0000_init", sql: init },
  { name: "0001_search", sql: search },
];

/** "hive" in ASCII: tells our files from other SQLite files. */
const APPLICATION_ID = 0x68697665;

interface Applied {
  readonly name: string;
  readonly hash: string;
}

export function migrate(sqlite: Sqlite, now: number, list: readonly Migration[] = MIGRATIONS): void {
  checkList(list);
  checkOwner(sqlite);
  sqlite.transaction(() => {
    sqlite.exec(
      "create table if not exists migrations (position integer primary key not null, name text not null, hash text not null, applied_at integer not null)",
    );
    const applied = sqlite
      .prepare<Applied & Record<string, string>>("select name, hash from migrations order by position")
      .all();
    checkApplied(sqlite.path, applied, list);
    const record = sqlite.prepare(
      "insert into migrations (position, name, hash, applied_at) values (?, ?, ?, ?)",
    );
    for (const [position, { name, sql }] of list.entries()) {
      if (position < applied.length) continue;
      sqlite.exec(sql);
      record.run(position, name, hashOf(sql), now);
    }
    sqlite.exec(`pragma application_id = ${APPLICATION_ID}`);
  });
}

function hashOf(sql: string): string {
  return createHash("sha256").update(sql).digest("hex");
}

/** A defect of ours, found by the first start of the first test. */
function checkList(list: readonly Migration[]): void {
  for (const [position, { name }] of list.entries()) {
    if (!name.startsWith(`${String(position).padStart(4, "0")}_`)) {
      throw new TypeError(`migration "${name}" stands at place ${position}`);
    }
  }
}

function checkOwner(sqlite: Sqlite): void {
  const id = Number(sqlite.prepare("pragma application_id").values()[0]?.[0] ?? 0);
  const tables = Number(sqlite.prepare("select count(*) from sqlite_master").values()[0]?.[0] ?? 0);
  if (id === APPLICATION_ID || (id === 0 && tables === 0)) return;
  const ours = sqlite.prepare("select 1 from sqlite_master where name = 'migrations'").values().length > 0;
  if (id === 0 && ours) return;
  throw new HiveError("conflict", `"${sqlite.path}" is a database of another program`, {
    hint: "choose another --state directory",
  });
}

function checkApplied(path: string, applied: readonly Applied[], list: readonly Migration[]): void {
  if (applied.length > list.length) {
    const newest = applied.at(-1)?.name ?? "";
    throw new HiveError("conflict", `"${path}" was written by a newer hyperhive (migration "${newest}")`, {
      hint: "start the newer version, or restore a backup made by this one",
    });
  }
  for (const [position, { name, hash }] of applied.entries()) {
    const known = list[position];
    if (known !== undefined && known.name === name && hashOf(known.sql) === hash) continue;
    throw new HiveError(
      "conflict",
      `"${path}" was written by another build of hyperhive (migration "${name}" differs)`,
      {
        hint: "start the build that made it, or move the file away to begin anew",
      },
    );
  }
}
