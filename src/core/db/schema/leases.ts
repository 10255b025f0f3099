/** Leases: batches of messages given to a harness, and the side effects of the turns that worked on them. */
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const leases = sqliteTable(
  "leases",
  {
    id: text("id").primaryKey(),
    agent: text("agent").notNull(),
    /** `returned`: its messages wait, and the same batch is given out next. */
    state: text("state", { enum: ["open", "returned", "done", "failed"] }).notNull(),
    /** 1 the first time; grows with each time it is given out. */
    attempt: integer("attempt").notNull(),
    /** Attempts that ended in an error of the turn itself; three are enough. */
    errors: integer("errors").notNull().default(0),
    /** The start of the harness that holds it. */
    boot_id: text("boot_id").notNull(),
    reason: text("reason"),
    outcome: text("outcome"),
    /** Not given out again before this time. */
    not_before: integer("not_before"),
    opened_at: integer("opened_at").notNull(),
    ended_at: integer("ended_at"),
  },
  (t) => [
    // One live lease for each agent, whatever the code believes.
    uniqueIndex("leases_live").on(t.agent).where(sql`state in ('open', 'returned')`),
  ],
);

/** What an agent's tool calls did, so that a repeated call does nothing and gets the first result. */
export const effects = sqliteTable(
  "effects",
  {
    agent: text("agent").notNull(),
    key: text("key").notNull(),
    lease_id: text("lease_id"),
    tool: text("tool").notNull(),
    summary: text("summary").notNull(),
    /** JSON, 64-bit integers kept. */
    result: text("result").notNull(),
    at: integer("at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.agent, t.key] }),
    index("effects_by_lease").on(t.lease_id),
    index("effects_by_time").on(t.at),
  ],
);
