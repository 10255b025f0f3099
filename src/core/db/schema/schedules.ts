/** Schedules: a message at each time of a cron expression. */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const schedules = sqliteTable(
  "schedules",
  {
    id: text("id").primaryKey(),
    agent: text("agent").notNull(),
    cron: text("cron").notNull(),
    time_zone: text("time_zone").notNull(),
    body: text("body").notNull(),
    catch_up: text("catch_up", { enum: ["none", "once", "all"] }).notNull(),
    enabled: integer("enabled", { mode: "boolean" }).notNull(),
    created_by: text("created_by").notNull(),
    created_at: integer("created_at").notNull(),
    last_run_at: integer("last_run_at"),
    /** Moved in the transaction that stores the message, so one due time never fires twice. */
    next_run_at: integer("next_run_at"),
  },
  (t) => [index("schedules_due").on(t.next_run_at).where(sql`enabled = 1 and next_run_at is not null`)],
);
