/** What a turn cost, from claude's results. */
import { COST_MAX_USD, COUNT_MAX, type TurnUsage } from "../../src/wire/usage.ts";
import type { ResultLine } from "./claude/lines.ts";

export interface UsageCount {
  add(result: ResultLine): void;
  context(tokens: number): void;
  model(name: string | undefined): void;
  /** Undefined when claude was never asked anything. */
  total(durationMs: number): TurnUsage | undefined;
}

/** claude's numbers are believed as far as the wire takes them: an end that is refused is an end nobody hears of. */
function within(value: number | null | undefined, most: number): number {
  return typeof value === "number" && value > 0 ? Math.min(value, most) : 0;
}

function count(value: number | null | undefined): number {
  return Math.round(within(value, COUNT_MAX));
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
      sum.input_tokens = count(sum.input_tokens + count(result.usage?.input_tokens));
      sum.output_tokens = count(sum.output_tokens + count(result.usage?.output_tokens));
      sum.cache_read_tokens = count(sum.cache_read_tokens + count(result.usage?.cache_read_input_tokens));
      sum.cache_write_tokens = count(
        sum.cache_write_tokens + count(result.usage?.cache_creation_input_tokens),
      );
      sum.num_turns = count(sum.num_turns + count(result.num_turns));
      cost = Math.max(cost, result.total_cost_usd);
    },
    context: (tokens) => {
      context = count(tokens);
    },
    model: (name) => {
      model = name?.slice(0, 100) ?? model;
    },
    total: (durationMs) => {
      if (sum.num_turns === 0) return undefined;
      const cost_usd = within(cost - spent, COST_MAX_USD);
      return { model, ...sum, cost_usd, duration_ms: count(durationMs), context_tokens: context };
    },
  };
}
