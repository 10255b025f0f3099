/** Notifications on their way, and the log of those that ended. */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const deliveries = sqliteTable(
  "deliveries",
  {
    id: text("id").primaryKey(),
    kind: text("kind").notNull(),
    subject: text("subject").notNull(),
    channel: text("channel", { enum: ["push", "ntfy", "webhook"] }).notNull(),
    /** Of a push subscriber; empty for the others, of which there is one each. */
    subscriber: text("subscriber").notNull(),
    place: text("place").notNull(),
    title: text("title").notNull(),
    body: text("body").notNull(),
    /** Path below the dashboard. */
    path: text("path").notNull(),
    urgent: integer("urgent", { mode: "boolean" }).notNull(),
    state: text("state", { enum: ["queued", "sent", "failed", "dropped"] }).notNull(),
    attempts: integer("attempts").notNull(),
    reason: text("reason"),
    created_at: integer("created_at").notNull(),
    due_at: integer("due_at").notNull(),
    ended_at: integer("ended_at"),
  },
  (t) => [
    index("deliveries_queued").on(t.due_at).where(sql`state = 'queued'`),
    index("deliveries_subject").on(t.subject, t.created_at),
  ],
);
