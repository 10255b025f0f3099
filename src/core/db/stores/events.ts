/** Rows of the timeline. Raw statements: every write of the hive passes here. */
import type { Db } from "../db.ts";
import type { Tx } from "../tx.ts";

export interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly data: string;
}
export type EventStore = ReturnType<typeof eventStore>;

export function eventStore({ sqlite }: Db) {
  const insert = sqlite.prepare("insert into events (at, data) values (?, ?)");
  const after = sqlite.prepare<EventRow & Record<string, never>>(
    "select seq, at, data from events where seq > ? order by seq limit ?",
  );
  const first = sqlite.prepare<{ seq: number | null }>("select min(seq) as seq from events");
  const last = sqlite.prepare<{ seq: number }>("select seq from sqlite_sequence where name = 'events'");
  const prune = sqlite.prepare("delete from events where seq <= ?");
  return {
    /** The new event's seq. */
    insert: (_tx: Tx, at: number, data: string): number => Number(insert.run(at, data).lastInsertRowid),
    after: (seq: number, limit: number): readonly EventRow[] => after.all(seq, limit),
    /** The oldest that is stored. */
    first: () => first.get()?.seq ?? undefined,
    /** The newest that was ever stored; 0 for none. */
    last: () => last.get()?.seq ?? 0,
    prune: (_tx: Tx, upTo: number): void => void prune.run(upTo),
  };
}
