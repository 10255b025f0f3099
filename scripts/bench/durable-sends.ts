/**
 * Durable sends a second through the broker, against a bare bun:sqlite group-commit loop on the same disk in the
 * same run: one table, one row a message, the same PRAGMAs, a promise that resolves after the commit.
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
const body = "x".repeat(200);

function bareLoop(path: string): Send {
  const db = new Database(path, { create: true, strict: true });
  for (const pragma of ["journal_mode = wal", "synchronous = full"]) db.run(`pragma ${pragma}`);
  db.run(
    "create table messages (seq integer primary key autoincrement, id text unique, sender text, recipient text, body text, created_at integer)",
  );
  const insert = db.prepare(
    "insert into messages (id, sender, recipient, body, created_at) values (?, ?, ?, ?, ?)",
  );
  const ids = createIdsFor();
  let queue: { readonly resolve: () => void }[] = [];
  const commit = db.transaction((batch: readonly unknown[]) => {
    for (const _ of batch) insert.run(ids(), "operator", "alice", body, Date.now());
  });
  const flush = (): void => {
    const batch = queue;
    queue = [];
    commit.immediate(batch);
    for (const { resolve } of batch) resolve();
  };
  return () =>
    new Promise<void>((resolve) => {
      if (queue.length === 0) setImmediate(flush);
      queue.push({ resolve });
    });
}

function createIdsFor(): () => string {
  let n = 0;
  return () => `01${String(n++).padStart(24, "0")}`;
}

function broker(path: string): Send {
  const db = openDb({ path, clock: systemClock });
  const timeline = createTimeline({ db });
  // As many as a busy hive has; an inbox is bounded, so each round has a new file.
  const names = Array.from({ length: 16 }, (_, n) => `agent-${n}`);
  const directory = {
    names: () => names,
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
  return (n) => made.send(actor, { to: names[n % names.length] ?? "", body, priority: "normal" });
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

const dir = mkdtempSync(join(values.dir ?? tmpdir(), "hive-bench-"));
try {
  console.log("concurrency   bare loop/s    broker/s   ratio");
  for (const concurrency of [1, 16, 64]) {
    const rates = { bare: [] as number[], hive: [] as number[] };
    // In turns, so that both meet the same disturbances.
    for (let round = 0; round < 4; round++) {
      rates.bare.push(
        await rate(
          bareLoop(join(dir, `bare-${concurrency}-${round}.sqlite`)),
          concurrency,
          (seconds * 1000) / 4,
        ),
      );
      rates.hive.push(
        await rate(
          broker(join(dir, `hive-${concurrency}-${round}.sqlite`)),
          concurrency,
          (seconds * 1000) / 4,
        ),
      );
    }
    const median = (list: number[]): number => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
    const [a, b] = [median(rates.bare), median(rates.hive)];
    const columns = [
      String(concurrency).padStart(11),
      a.toFixed(0).padStart(13),
      b.toFixed(0).padStart(11),
      (b / a).toFixed(2).padStart(7),
    ];
    console.log(columns.join(" "));
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
