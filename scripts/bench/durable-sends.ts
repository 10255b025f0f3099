/**
 * Durable sends a second through the broker, against two bare bun:sqlite group-commit loops on the same disk in
 * the same run, each a promise that resolves after the commit:
 *   bare       one table, one row a message, nothing to find it by but its id
 *   same rows  the broker's own tables: a message with the indexes of an inbox and of a history, and its event
 *   bun scripts/bench/durable-sends.ts [--seconds N] [--dir DIR]
 */
import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createBroker } from "../../src/core/broker/broker.ts";
import { createIds } from "../../src/core/broker/ids.ts";
import { openDb } from "../../src/core/db/open.ts";
import { createTimeline } from "../../src/core/events/timeline.ts";
import { createUsage } from "../../src/core/usage/usage.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/platform/log.ts";

type Send = (n: number) => Promise<unknown>;

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "2" }, dir: { type: "string" } },
});
const seconds = Number(values.seconds);
/** As many as a busy hive has; an inbox is bounded, so each round has a new file. */
const NAMES = Array.from({ length: 16 }, (_, n) => `agent-${n}`);
const body = "x".repeat(200);

interface Loop {
  readonly db: Database;
  readonly insert: () => void;
}

function groupCommit({ db, insert }: Loop): Send {
  let queue: (() => void)[] = [];
  const commit = db.transaction((batch: readonly unknown[]) => {
    for (const _ of batch) insert();
  });
  const flush = (): void => {
    const batch = queue;
    queue = [];
    commit.immediate(batch);
    for (const resolve of batch) resolve();
  };
  return () =>
    new Promise<void>((resolve) => {
      if (queue.length === 0) setImmediate(flush);
      queue.push(resolve);
    });
}

function open(path: string): Database {
  const db = new Database(path, { create: true, strict: true });
  for (const pragma of ["journal_mode = wal", "synchronous = full"]) db.run(`pragma ${pragma}`);
  return db;
}

function bareLoop(path: string): Send {
  const db = open(path);
  db.run(
    "create table messages (seq integer primary key autoincrement, id text unique, sender text, recipient text, body text, created_at integer)",
  );
  const add = db.prepare(
    "insert into messages (id, sender, recipient, body, created_at) values (?, ?, ?, ?, ?)",
  );
  const ids = createIdsFor();
  return groupCommit({ db, insert: () => void add.run(ids(), "operator", "agent-1", body, Date.now()) });
}

function sameRows(path: string): Send {
  openDb({ path, clock: systemClock, ballast: 0 }).close();
  const db = open(path);
  db.run("pragma wal_autocheckpoint = 4000");
  const add = db.prepare(
    "insert into messages (id, sender, recipient, body, priority, state, created_at) values (?, 'operator', ?, ?, 'normal', 'queued', ?)",
  );
  const event = db.prepare("insert into events (at, data) values (?, ?)");
  const ids = createIdsFor();
  let n = 0;
  const insert = (): void => {
    const id = ids();
    add.run(id, NAMES[n++ % NAMES.length] ?? "", body, Date.now());
    event.run(Date.now(), `m${id}`);
  };
  return groupCommit({ db, insert });
}

function createIdsFor(): () => string {
  let n = 0;
  return () => `01${String(n++).padStart(24, "0")}`;
}

function broker(path: string): Send {
  const db = openDb({ path, clock: systemClock });
  const timeline = createTimeline({ db });
  const directory = {
    names: () => NAMES,
    has: (name: string) => name.startsWith("agent-"),
    allowedRecipients: () => ["*"],
    isManager: () => false,
  };
  const made = createBroker({
    ...{ db, timeline, directory, clock: systemClock, log: silentLogger },
    usage: createUsage(db),
    ids: createIds(db),
  });
  const actor = { kind: "operator", via: "host", who: "bench" } as const;
  return (n) => made.send(actor, { to: NAMES[n % NAMES.length] ?? "", body, priority: "normal" });
}

async function rate(send: Send, concurrency: number, ms: number): Promise<number> {
  const end = performance.now() + ms;
  let count = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      await send(count);
      count += 1;
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, lane));
  return count / ((performance.now() - start) / 1000);
}

const CONTESTANTS = { bare: bareLoop, "same rows": sameRows, broker } as const;
type Name = keyof typeof CONTESTANTS;
const ROUNDS = 4;

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
}

/** In turns, so that all meet the same disturbances. */
async function compare(dir: string, concurrency: number): Promise<Record<Name, number>> {
  const rates: Record<Name, number[]> = { bare: [], "same rows": [], broker: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of Object.keys(CONTESTANTS) as Name[]) {
      const send = CONTESTANTS[name](join(dir, `${name}-${concurrency}-${round}.sqlite`));
      rates[name].push(await rate(send, concurrency, (seconds * 1000) / ROUNDS));
    }
  }
  return { bare: median(rates.bare), "same rows": median(rates["same rows"]), broker: median(rates.broker) };
}

const dir = mkdtempSync(join(values.dir ?? tmpdir(), "hive-bench-"));
try {
  console.log("concurrency   bare/s  same rows/s  broker/s  broker:bare  broker:same rows");
  for (const concurrency of [1, 16, 64]) {
    const { bare, "same rows": same, broker: ours } = await compare(dir, concurrency);
    const cells = [bare.toFixed(0).padStart(9), same.toFixed(0).padStart(13), ours.toFixed(0).padStart(10)];
    const ratios = [(ours / bare).toFixed(2).padStart(13), (ours / same).toFixed(2).padStart(18)];
    console.log([String(concurrency).padStart(11), ...cells, ...ratios].join(""));
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
