/** What a turn cost, from claude's results. */
import type { TurnUsage } from "../../src/wire/usage.ts";
import type { ResultLine } from "./claude/lines.ts";

export interface UsageCount {
  add(result: ResultLine): void;
  context(tokens: number): void;
  model(name: string | undefined): void;
  /** Undefined when claude was never asked anything. */
  total(durationMs: number): TurnUsage | undefined;
}

/** `spent`: what the process had cost before this turn, as its results count money from its start. */
export function usageCount(spent: number): UsageCount {
  const sum = {
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    num_turns: 0,
  };
  let cost = spent;
  let context: number | undefined;
  let model: string | undefined;
  return {
    add: (result) => {
      sum.input_tokens += Math.round(result.usage?.input_tokens ?? 0);
      sum.output_tokens += Math.round(result.usage?.output_tokens ?? 0);
      sum.cache_read_tokens += Math.round(result.usage?.cache_read_input_tokens ?? 0);
      sum.cache_write_tokens += Math.round(result.usage?.cache_creation_input_tokens ?? 0);
      sum.num_turns += Math.round(result.num_turns);
      cost = Math.max(cost, result.total_cost_usd);
    },
    context: (tokens) => {
      context = tokens;
    },
    model: (name) => {
      model = name ?? model;
    },
    total: (durationMs) => {
      if (sum.num_turns === 0) return undefined;
      const cost_usd = Math.max(0, cost - spent);
      return { model, ...sum, cost_usd, duration_ms: Math.round(durationMs), context_tokens: context };
    },
  };
}
