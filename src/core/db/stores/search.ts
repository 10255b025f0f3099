/**
 * Full-text search over bodies and digests, and the index of who took part in what (read by message-history.ts). Rows
 * are indexed in batches, not in the transaction that stores them: that keeps a send cheap. `catchUp` runs before each
 * search and now and then.
 */
import type { Db } from "../db.ts";

export interface Hit {
  readonly seq: number;
  /** Smaller is better. */
  readonly rank: number;
  readonly excerpt: string;
}

export interface DigestHit extends Hit {
  readonly agent: string;
  readonly at: number;
}

export type SearchStore = ReturnType<typeof searchStore>;

const BATCH = 2_000;
const full = (table: string): string =>
  `insert into ${table}_fts (rowid, body) select seq, body from ${table} where seq > ?1 and seq <= ?2`;
const taken = (column: string): string =>
  `select ${column} as party, seq from messages where seq > ?1 and seq <= ?2`;
const SOURCES = [
  // First: it is cheap, and lists are slower without it.
  {
    name: "parties",
    table: "messages",
    add: `insert into message_parties (party, seq) ${taken("sender")} union ${taken("recipient")} order by 1, 2`,
  },
  { name: "messages", table: "messages", add: full("messages") },
  { name: "digests", table: "digests", add: full("digests") },
] as const;
const EXCERPT = "0, '\u2039', '\u203a', '…', 24";

export function searchStore({ sqlite, writer }: Db) {
  const progress = sqlite.prepare<{ seq: number }>("select seq from search_progress where name = ?");
  const advance = sqlite.prepare("update search_progress set seq = ? where name = ?");
  const sources = SOURCES.map(({ name, table, add }) => ({
    name,
    last: sqlite.prepare<{ seq: number | null }>(`select max(seq) as seq from ${table}`),
    add: sqlite.prepare(add),
  }));
  const messages = sqlite.prepare<{ seq: number; rank: number; excerpt: string }>(
    `select rowid as seq, rank, snippet(messages_fts, ${EXCERPT}) as excerpt from messages_fts where messages_fts match ? order by rank limit ?`,
  );
  const digests = sqlite.prepare<{ seq: number; rank: number; excerpt: string; agent: string; at: number }>(
    `select f.rowid as seq, f.rank as rank, snippet(digests_fts, ${EXCERPT}) as excerpt, d.agent as agent, d.at as at from digests_fts f join digests d on d.seq = f.rowid where digests_fts match ? order by f.rank limit ?`,
  );
  const ofParty = sqlite.prepare<{ id: string }>(
    "select m.id as id from messages_fts f join messages m on m.seq = f.rowid where messages_fts match ?1 and (m.sender = ?2 or m.recipient = ?2) and (?3 is null or m.sender = ?3 or m.recipient = ?3) order by f.rowid desc limit ?4",
  );
  const ids = sqlite.prepare<{ id: string }>("select id from messages where seq = ?");

  const indexBatch = (source: (typeof sources)[number]): boolean => {
    const from = progress.get(source.name)?.seq ?? 0;
    const last = source.last.get()?.seq ?? 0;
    if (last <= from) return false;
    const to = Math.min(last, from + BATCH);
    writer.now(() => {
      source.add.run(from, to);
      advance.run(to, source.name);
    });
    return to < last;
  };

  return {
    /** Indexes what is not yet; at most `batches` of each kind. Not inside a transaction. True: there is more. */
    catchUp(batches = Number.POSITIVE_INFINITY): boolean {
      let more = false;
      for (const source of sources) {
        let left = batches;
        while (left > 0 && indexBatch(source)) left -= 1;
        more ||= left === 0;
      }
      return more;
    },
    messages: (match: string, limit: number): readonly Hit[] => messages.all(match, limit),
    digests: (match: string, limit: number): readonly DigestHit[] => digests.all(match, limit),
    idOf: (seq: number) => ids.get(seq)?.id,
    /** Ids of messages from or to the party (and the other), newest first. */
    ofParty: (match: string, filter: { party: string; with?: string | undefined; limit: number }) =>
      ofParty.all(match, filter.party, filter.with ?? null, filter.limit).map((row) => row.id),
  };
}
