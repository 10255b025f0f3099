/** One-time login links that were not used yet, by the hash of their code. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const loginLinks = sqliteTable("login_links", {
  hash: text("hash").primaryKey(),
  expires_at: integer("expires_at").notNull(),
});
