/**
 * Who wrote what to whom, newest first. `message_parties` says it, but is filled afterwards (search.ts), so what it
 * does not hold yet is read from the end of the table; a list never waits for an index.
 */
import type { SqlValue } from "../../../platform/sqlite.ts";
import type { Db } from "../db.ts";
import type { messages } from "../schema/messages.ts";

type MessageRow = typeof messages.$inferSelect;

export interface MessageFilter {
  readonly party?: string | undefined;
  /** With `party`: only the thread between the two. */
  readonly with?: string | undefined;
  readonly state?: MessageRow["state"] | undefined;
  /** Only older ones. */
  readonly beforeSeq?: number | undefined;
  readonly limit: number;
}

const RANGE = "m.seq > $after and m.seq < $before and ($state is null or m.state = $state)";
const PARTY = "(m.sender = $party or m.recipient = $party)";
const OTHER =
  "($other is null or (m.sender = $other and m.recipient = $party) or (m.sender = $party and m.recipient = $other))";
const NEWEST = "order by m.seq desc limit $limit";

type Row = MessageRow & Record<string, SqlValue>;

export function messageHistory({ sqlite }: Db) {
  const all = sqlite.prepare<Row>(`select m.* from messages m where ${RANGE} ${NEWEST}`);
  const tail = sqlite.prepare<Row>(
    `select m.* from messages m where ${RANGE} and ${PARTY} and ${OTHER} ${NEWEST}`,
  );
  // `cross join` keeps the order of the two: the party's own index leads, however rare its messages are.
  const indexed = sqlite.prepare<Row>(
    `select m.* from message_parties p cross join messages m on m.seq = p.seq where p.party = $party and p.seq < $before and ${RANGE} and ${OTHER} ${NEWEST.replace("m.seq", "p.seq")}`,
  );
  const progress = sqlite.prepare<{ seq: number }>("select seq from search_progress where name = 'parties'");

  return {
    /** Newest first. */
    list({ party, with: other, state, beforeSeq, limit }: MessageFilter): MessageRow[] {
      const range = { before: beforeSeq ?? Number.MAX_SAFE_INTEGER, state: state ?? null, limit };
      if (party === undefined) return all.all({ ...range, after: 0 });
      const after = progress.get()?.seq ?? 0;
      const of = { party, other: other ?? null };
      const newest = tail.all({ ...range, ...of, after });
      if (newest.length >= limit) return newest;
      return [...newest, ...indexed.all({ ...range, ...of, limit: limit - newest.length, after: 0 })];
    },
  };
}
