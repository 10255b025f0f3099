/** One row for each turn that reported its usage, and the digests of turns for search. */
import { index, integer, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const turns = sqliteTable(
  "turns",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    agent: text("agent").notNull(),
    lease_id: text("lease_id").notNull(),
    model: text("model"),
    input_tokens: integer("input_tokens").notNull(),
    output_tokens: integer("output_tokens").notNull(),
    cache_read_tokens: integer("cache_read_tokens").notNull(),
    cache_write_tokens: integer("cache_write_tokens").notNull(),
    cost_usd: real("cost_usd").notNull(),
    duration_ms: integer("duration_ms").notNull(),
    num_turns: integer("num_turns").notNull(),
    context_tokens: integer("context_tokens"),
    ended_at: integer("ended_at").notNull(),
    outcome: text("outcome").notNull(),
  },
  (t) => [index("turns_by_agent").on(t.agent, t.ended_at), index("turns_by_time").on(t.ended_at)],
);

export const digests = sqliteTable(
  "digests",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    agent: text("agent").notNull(),
    lease_id: text("lease_id").notNull(),
    body: text("body").notNull(),
    at: integer("at").notNull(),
  },
  (t) => [index("digests_by_agent").on(t.agent, t.seq)],
);
