/** Rows of messages: prepared statements for the hot paths, and the wire's form of a row. No rules here. */
import { and, desc, eq, or, sql } from "drizzle-orm";
import type { Message } from "../../../wire/messages.ts";
import type { Db } from "../db.ts";
import { placeholders } from "../orm.ts";
import { messages, sendKeys } from "../schema/messages.ts";
import type { Tx } from "../tx.ts";
import { messageHistory } from "./message-history.ts";

export type MessageRow = typeof messages.$inferSelect;
/** What is known of a message when it arrives. */
export type NewMessageRow = Pick<MessageRow, (typeof GIVEN)[number]>;

export interface Size {
  readonly n: number;
  readonly bytes: number;
}

export type MessageStore = ReturnType<typeof messageStore>;

// Literals, not parameters: SQLite uses a partial index only when it can see its condition in the query.
const QUEUED = sql`${messages.state} = 'queued'`;
const FREE = sql`${messages.lease_id} is null`;
const RECIPIENT = eq(messages.recipient, sql.placeholder("recipient"));
const SENDER = eq(messages.sender, sql.placeholder("sender"));
const DUE = sql`(${messages.deliver_after} is null or ${messages.deliver_after} <= ${sql.placeholder("now")})`;
const LIMIT = sql.placeholder("limit");

const GIVEN = [
  "id",
  "sender",
  "recipient",
  "body",
  "in_reply_to",
  "question_id",
  "origin",
  "priority",
  "state",
  "created_at",
  "deliver_after",
  "delivered_at",
] as const;

/** What may change after a message was stored. */
const MUTABLE = [
  "state",
  "reason",
  "redelivered",
  "lease_id",
  "lease_pos",
  "joined",
  "delivered_at",
  "read_at",
  "handled_at",
] as const;

export function messageStore(db: Db) {
  return { ...writes(db), ...inbox(db), ...reads(db), ...messageHistory(db), ...keys(db) };
}

/** Raw statements, bound one by one: a send is the hot path, and a generic mapping would be half its cost. */
function writes({ sqlite }: Db) {
  const insert = sqlite.prepare(
    `insert into messages (${GIVEN.join(", ")}) values (${GIVEN.map(() => "?").join(", ")})`,
  );
  const save = sqlite.prepare(
    `update messages set ${MUTABLE.map((name) => `${name} = ?`).join(", ")} where seq = ?`,
  );
  return {
    insert(_tx: Tx, row: NewMessageRow): MessageRow {
      const { lastInsertRowid } = insert.run(
        row.id,
        row.sender,
        row.recipient,
        row.body,
        row.in_reply_to,
        row.question_id,
        row.origin,
        row.priority,
        row.state,
        row.created_at,
        row.deliver_after,
        row.delivered_at,
      );
      const untouched = { reason: null, redelivered: 0, joined: 0, lease_id: null, lease_pos: null };
      return { ...row, ...untouched, seq: Number(lastInsertRowid), read_at: null, handled_at: null };
    },
    save(_tx: Tx, row: MessageRow): void {
      save.run(...MUTABLE.map((name) => row[name]), row.seq);
    },
  };
}

/** What waits, and what is out. */
function inbox({ orm }: Db) {
  const free = and(RECIPIENT, QUEUED, FREE, DUE);
  const rows = () => orm.select().from(messages);
  const count = () => orm.select({ n: sql<number>`count(*)` }).from(messages);
  const waiting = rows().where(free).orderBy(messages.seq).limit(LIMIT).prepare();
  const waitingFrom = rows()
    .where(and(free, SENDER, sql`${messages.seq} <= ${sql.placeholder("upTo")}`))
    .orderBy(messages.seq)
    .prepare();
  // Sizes without the bodies: somebody else decides how much waits.
  const size = {
    n: sql<number>`count(*)`,
    bytes: sql<number>`coalesce(sum(octet_length(${messages.body})), 0)`,
  };
  const sizeFrom = orm
    .select(size)
    .from(messages)
    .where(and(free, SENDER, sql`${messages.seq} <= ${sql.placeholder("upTo")}`))
    .prepare();
  const sizeLeased = orm
    .select(size)
    .from(messages)
    .where(eq(messages.lease_id, sql.placeholder("lease")))
    .prepare();
  const urgent = orm
    .select({ sender: messages.sender, upTo: sql<number>`max(${messages.seq})` })
    .from(messages)
    .where(and(free, sql`${messages.priority} = 'urgent'`))
    .groupBy(messages.sender)
    .orderBy(sql`2`)
    .prepare();
  const ofLease = rows()
    .where(eq(messages.lease_id, sql.placeholder("lease")))
    .orderBy(messages.lease_pos)
    .prepare();
  const queued = count().where(and(RECIPIENT, QUEUED)).prepare();
  const queuedFrom = count()
    .where(and(RECIPIENT, SENDER, QUEUED))
    .prepare();
  const forOperator = count()
    .where(and(SENDER, sql`${messages.recipient} = 'operator' and ${messages.state} <> 'handled'`))
    .prepare();
  const abandoned = rows().where(and(RECIPIENT, QUEUED)).orderBy(messages.seq).prepare();
  return {
    /** What may be given out now, oldest first. */
    waiting: (recipient: string, now: number, limit: number) => waiting.all({ recipient, now, limit }),
    /** The same from one sender, up to a message. */
    waitingFrom: (recipient: string, sender: string, range: { now: number; upTo: number }) =>
      waitingFrom.all({ recipient, sender, ...range }),
    /** How much that would be. */
    sizeWaitingFrom: (recipient: string, sender: string, range: { now: number; upTo: number }): Size =>
      sizeFrom.get({ recipient, sender, ...range }) ?? { n: 0, bytes: 0 },
    sizeOfLease: (lease: string): Size => sizeLeased.get({ lease }) ?? { n: 0, bytes: 0 },
    /** Senders of urgent messages that may be given out now, each with its last one. */
    urgentWaiting: (recipient: string, now: number) => urgent.all({ recipient, now }),
    /** In the order they were given out. */
    ofLease: (lease: string) => ofLease.all({ lease }),
    /** All that waits, leased before or not yet due included. */
    queuedFor: (recipient: string) => abandoned.all({ recipient }),
    countQueued: (recipient: string) => queued.get({ recipient })?.n ?? 0,
    countQueuedFrom: (recipient: string, sender: string) => queuedFrom.get({ recipient, sender })?.n ?? 0,
    countForOperator: (sender: string) => forOperator.get({ sender })?.n ?? 0,
  };
}

function reads({ orm, sqlite }: Db) {
  const byId = orm
    .select()
    .from(messages)
    .where(eq(messages.id, sql.placeholder("id")))
    .prepare();
  const nextDue = sqlite.prepare<{ at: number | null }>(
    "select min(deliver_after) as at from messages where deliver_after is not null and state = 'queued' and deliver_after > ?",
  );
  const dueFor = sqlite.prepare<{ recipient: string }>(
    "select distinct recipient from messages where deliver_after is not null and state = 'queued' and deliver_after > ? and deliver_after <= ?",
  );
  return {
    byId: (id: string) => byId.get({ id }),
    /** The first moment after `now` at which something becomes due. */
    nextDue: (now: number) => nextDue.get(now)?.at ?? undefined,
    /** Recipients of what became due in the span (from excluded). */
    dueFor: (from: number, to: number) => dueFor.all(from, to).map((row) => row.recipient),
    /** The newest ids, by the id itself: new ones must sort after them. */
    lastId: () =>
      orm.select({ id: messages.id }).from(messages).orderBy(desc(messages.id)).limit(1).get()?.id,
    dueForOperator: (now: number) =>
      orm
        .select()
        .from(messages)
        .where(
          and(
            eq(messages.recipient, "operator"),
            QUEUED,
            or(sql`deliver_after is null`, sql`deliver_after <= ${now}`),
          ),
        )
        .orderBy(messages.seq)
        .limit(500)
        .all(),
  };
}

function keys({ orm }: Db) {
  const find = orm
    .select({ ids: sendKeys.ids })
    .from(sendKeys)
    .where(and(eq(sendKeys.sender, sql.placeholder("sender")), eq(sendKeys.key, sql.placeholder("key"))))
    .prepare();
  const insert = orm.insert(sendKeys).values(placeholders(sendKeys)).prepare();
  return {
    /** Ids of the first send with this key. */
    findKey(sender: string, key: string): string[] | undefined {
      const row = find.get({ sender, key });
      return row === undefined ? undefined : (JSON.parse(row.ids) as string[]);
    },
    insertKey(_tx: Tx, entry: { sender: string; key: string; ids: readonly string[]; at: number }): void {
      const { sender, key, ids, at } = entry;
      insert.run({ sender, key, ids: JSON.stringify(ids), created_at: at });
    },
  };
}

let last = { ms: 0, text: new Date(0).toISOString() };

/** Milliseconds as the wire shows them. Asked for the same moment many times over. */
export function isoTime(ms: number): string {
  if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString() };
  return last.text;
}

const optionalTime = (ms: number | null): string | undefined => (ms === null ? undefined : isoTime(ms));

export function toMessage(row: MessageRow): Message {
  return {
    id: row.id,
    from: row.sender,
    to: row.recipient,
    body: row.body,
    in_reply_to: row.in_reply_to ?? undefined,
    question_id: row.question_id ?? undefined,
    origin: row.origin ?? undefined,
    priority: row.priority,
    state: row.state,
    reason: row.reason ?? undefined,
    redelivered: row.redelivered,
    created_at: isoTime(row.created_at),
    deliver_after: optionalTime(row.deliver_after),
    delivered_at: optionalTime(row.delivered_at),
    // A message that came back keeps its old time in the table only.
    read_at: row.state === "queued" ? undefined : optionalTime(row.read_at),
    handled_at: optionalTime(row.handled_at),
  };
}
