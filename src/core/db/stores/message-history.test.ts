import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../lib/clock.ts";
import { openDb } from "../open.ts";
import type { MessageFilter } from "./message-history.ts";
import { type MessageRow, messageStore, type NewMessageRow } from "./messages.ts";
import { searchStore } from "./search.ts";

const PARTIES = ["alice", "bob", "carol", "operator"] as const;
const STATES = ["queued", "handled"] as const;

function rowOf(n: number): NewMessageRow {
  return {
    ...{ in_reply_to: null, question_id: null, origin: null, deliver_after: null, delivered_at: null },
    id: `m${n}`,
    // Each pair now and then, a party with itself included.
    sender: PARTIES[(n * 7) % 4] ?? "alice",
    recipient: PARTIES[(n >> 2) % 4] ?? "alice",
    body: `body ${n}`,
    priority: "normal",
    created_at: n,
    state: STATES[n % 2] ?? "queued",
  };
}

/** What a list is, said plainly. */
function wanted(rows: readonly MessageRow[], { party, with: other, state, beforeSeq, limit }: MessageFilter) {
  return rows
    .filter((row) => party === undefined || row.sender === party || row.recipient === party)
    .filter((row) => {
      if (party === undefined || other === undefined) return true;
      const pair = `${row.sender} ${row.recipient}`;
      return pair === `${party} ${other}` || pair === `${other} ${party}`;
    })
    .filter((row) => state === undefined || row.state === state)
    .filter((row) => beforeSeq === undefined || row.seq < beforeSeq)
    .toSorted((a, b) => b.seq - a.seq)
    .slice(0, limit);
}

const FILTERS: readonly MessageFilter[] = [undefined, ...PARTIES].flatMap((party) =>
  [undefined, ...PARTIES].flatMap((other) =>
    [undefined, ...STATES].flatMap((state) =>
      [undefined, 7, 33].flatMap((beforeSeq) =>
        [5, 100].map((limit) => ({ party, with: other, state, beforeSeq, limit })),
      ),
    ),
  ),
);

describe("the history of messages", () => {
  test("is the same whether nothing, some or all of it is indexed", () => {
    const directory = mkdtempSync(join(tmpdir(), "hive-history-"));
    const db = openDb({ path: join(directory, "hive.sqlite"), clock: systemClock, ballast: 0 });
    try {
      const messages = messageStore(db);
      const rows: MessageRow[] = [];
      const add = (count: number): void =>
        db.writer.now((tx) => {
          for (let n = 0; n < count; n++) rows.push(messages.insert(tx, rowOf(rows.length)));
        });
      const compare = (): void => {
        for (const filter of FILTERS) expect(messages.list(filter)).toEqual(wanted(rows, filter));
      };
      add(20);
      compare();
      searchStore(db).catchUp();
      compare();
      add(20);
      compare();
    } finally {
      db.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test("is indexed a batch at a time, and says when there is more", () => {
    const directory = mkdtempSync(join(tmpdir(), "hive-history-"));
    const db = openDb({ path: join(directory, "hive.sqlite"), clock: systemClock, ballast: 0 });
    try {
      const messages = messageStore(db);
      const search = searchStore(db);
      db.writer.now((tx) => {
        for (let n = 0; n < 2_001; n++) messages.insert(tx, rowOf(n));
      });
      expect(search.catchUp(1)).toBe(true);
      expect(search.catchUp(1)).toBe(false);
      expect(search.messages("body", 5_000)).toHaveLength(2_001);
    } finally {
      db.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
