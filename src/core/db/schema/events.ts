/** The timeline: bounded, pruned from its old end, seq without holes. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const events = sqliteTable("events", {
  seq: integer("seq").primaryKey({ autoIncrement: true }),
  at: integer("at").notNull(),
  /** JSON of HiveEventData, or `m` and the id of a message. */
  data: text("data").notNull(),
});
