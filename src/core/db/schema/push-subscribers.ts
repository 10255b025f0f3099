/** Browsers that get web push. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const pushSubscribers = sqliteTable("push_subscribers", {
  id: text("id").primaryKey(),
  endpoint: text("endpoint").notNull().unique(),
  p256dh: text("p256dh").notNull(),
  auth: text("auth").notNull(),
  user_agent: text("user_agent").notNull(),
  created_at: integer("created_at").notNull(),
  last_sent_at: integer("last_sent_at"),
});
