/** Questions: asked once, answered once. */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const questions = sqliteTable(
  "questions",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    id: text("id").notNull().unique(),
    sender: text("sender").notNull(),
    recipient: text("recipient").notNull(),
    question: text("question").notNull(),
    /** JSON array of strings. */
    choices: text("choices").notNull(),
    state: text("state", { enum: ["open", "answered", "expired", "cancelled"] }).notNull(),
    answer: text("answer"),
    answered_by: text("answered_by"),
    /** The message that carries the answer (or the news that there is none). */
    message_id: text("message_id"),
    asked_at: integer("asked_at").notNull(),
    answered_at: integer("answered_at"),
    expires_at: integer("expires_at"),
  },
  (t) => [
    index("questions_by_state").on(t.state, t.seq),
    index("questions_expiring").on(t.expires_at).where(sql`state = 'open' and expires_at is not null`),
  ],
);
