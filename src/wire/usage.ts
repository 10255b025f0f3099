/** Usage: one row for each turn. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { AgentName, Timestamp } from "./ids.ts";

/** Most that one turn can say of itself. */
export const COUNT_MAX = 1_000_000_000_000;
export const COST_MAX_USD = 100_000;

/** Bounded, because an agent says it and sums of it are shown: no number of turns makes a sum that is none. */
const Count = z.int().min(0).max(COUNT_MAX);

export const TurnUsage = z.object({
  model: z.string().max(100).optional(),
  input_tokens: Count,
  output_tokens: Count,
  cache_read_tokens: Count,
  cache_write_tokens: Count,
  /** As claude counts it, in US dollars. */
  cost_usd: z.number().min(0).max(COST_MAX_USD),
  duration_ms: Count,
  /** Requests to the model in this turn. */
  num_turns: Count,
  /** Tokens in the context window after the turn, where known. */
  context_tokens: Count.optional(),
});
export type TurnUsage = z.output<typeof TurnUsage>;

export const UsageRow = TurnUsage.extend({
  agent: z.string(),
  lease_id: z.string(),
  ended_at: Timestamp,
  outcome: z.string(),
});
export type UsageRow = z.output<typeof UsageRow>;

export const usageEndpoints = {
  usage: endpoint({
    cmd: "usage",
    http: ["GET", "/api/v1/usage"],
    access: "operator",
    input: z.strictObject({
      agent: AgentName.optional(),
      /** Turns that ended at or after this time. */
      since: Timestamp.optional(),
      limit: z.coerce.number().int().min(1).max(5000).default(500),
    }),
    output: z.object({ turns: z.array(UsageRow), total_cost_usd: z.number() }),
    summary: "Usage of each turn, newest first, and the total over the asked time.",
  }),
} as const;
