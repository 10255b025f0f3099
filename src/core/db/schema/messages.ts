/**
 * Messages in the order they were accepted (`seq`), and the keys that make a repeated send harmless. Each index here
 * is paid for by every send; who took part in what is indexed afterwards (0001_search.sql).
 */
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const messages = sqliteTable(
  "messages",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    id: text("id").notNull().unique(),
    sender: text("sender").notNull(),
    recipient: text("recipient").notNull(),
    body: text("body").notNull(),
    in_reply_to: text("in_reply_to"),
    question_id: text("question_id"),
    origin: text("origin", { enum: ["reminder", "schedule", "system"] }),
    priority: text("priority", { enum: ["urgent", "normal", "low"] }).notNull(),
    state: text("state", { enum: ["queued", "delivered", "read", "handled", "failed"] }).notNull(),
    reason: text("reason"),
    redelivered: integer("redelivered").notNull().default(0),
    /** The live lease it belongs to; it stays while that lease waits to be given out again. */
    lease_id: text("lease_id"),
    /** Place within the lease. */
    lease_pos: integer("lease_pos"),
    /**
     * 0 given out with the lease; 1 asked for, 2 pushed while it ran: handled only when the harness said that
     * claude read it.
     */
    joined: integer("joined").notNull().default(0),
    created_at: integer("created_at").notNull(),
    deliver_after: integer("deliver_after"),
    delivered_at: integer("delivered_at"),
    read_at: integer("read_at"),
    handled_at: integer("handled_at"),
  },
  (t) => [
    // The inbox: what waits for an agent, in order; small however long the history is.
    index("messages_waiting").on(t.recipient, t.seq, t.sender, t.lease_id).where(sql`state = 'queued'`),
    index("messages_leased").on(t.lease_id, t.lease_pos).where(sql`lease_id is not null`),
    index("messages_due").on(t.deliver_after).where(sql`deliver_after is not null and state = 'queued'`),
    index("messages_for_operator").on(t.sender).where(sql`recipient = 'operator' and state <> 'handled'`),
  ],
);

/** One row for each idempotency key a sender used, with all ids of that send. */
export const sendKeys = sqliteTable(
  "send_keys",
  {
    sender: text("sender").notNull(),
    key: text("key").notNull(),
    /** JSON array of message ids. */
    ids: text("ids").notNull(),
    created_at: integer("created_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.sender, t.key] })],
);
