/** Slow work and how far it got. */
import { sql } from "drizzle-orm";
import { index, integer, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const operations = sqliteTable(
  "operations",
  {
    id: text("id").primaryKey(),
    kind: text("kind").notNull(),
    agent: text("agent"),
    state: text("state", { enum: ["running", "done", "failed"] }).notNull(),
    progress: real("progress"),
    step: text("step").notNull(),
    error: text("error"),
    hint: text("hint"),
    started_at: integer("started_at").notNull(),
    ended_at: integer("ended_at"),
    /** JSON array of { n, at, line }, bounded. */
    log: text("log").notNull(),
  },
  (t) => [index("operations_running").on(t.id).where(sql`state = 'running'`)],
);
