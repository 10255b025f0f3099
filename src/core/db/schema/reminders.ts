/** Reminders: one message, later. */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const reminders = sqliteTable(
  "reminders",
  {
    id: text("id").primaryKey(),
    agent: text("agent").notNull(),
    body: text("body").notNull(),
    due_at: integer("due_at").notNull(),
    created_by: text("created_by").notNull(),
    created_at: integer("created_at").notNull(),
    state: text("state", { enum: ["pending", "fired", "cancelled"] }).notNull(),
    message_id: text("message_id"),
  },
  (t) => [
    index("reminders_due").on(t.due_at).where(sql`state = 'pending'`),
    index("reminders_by_agent").on(t.agent).where(sql`state = 'pending'`),
  ],
);
