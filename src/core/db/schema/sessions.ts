/** Logged-in browsers. A token is stored as its hash only. */
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const sessions = sqliteTable(
  "sessions",
  {
    id: text("id").primaryKey(),
    hash: text("hash").notNull().unique(),
    created_at: integer("created_at").notNull(),
    last_used_at: integer("last_used_at").notNull(),
    expires_at: integer("expires_at").notNull(),
    user_agent: text("user_agent").notNull(),
  },
  (t) => [index("sessions_expiry").on(t.expires_at)],
);
