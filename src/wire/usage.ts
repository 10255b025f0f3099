/** Usage: one row for each turn. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { AgentName, Timestamp } from "./ids.ts";

export const TurnUsage = z.object({
  model: z.string().optional(),
  input_tokens: z.int(),
  output_tokens: z.int(),
  cache_read_tokens: z.int(),
  cache_write_tokens: z.int(),
  /** As claude counts it, in US dollars. */
  cost_usd: z.number(),
  duration_ms: z.int(),
  /** Requests to the model in this turn. */
  num_turns: z.int(),
  /** Tokens in the context window after the turn, where known. */
  context_tokens: z.int().optional(),
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
