/** What turns cost: one row each, written in the transaction that ends the turn. Budgets are not decided here. */
import type { Db } from "../db/db.ts";
import { toUsageRow, turnStore } from "../db/stores/turns.ts";
import type { Usage } from "../services.ts";

const DAY_MS = 86_400_000;

export function createUsage(db: Db): Usage {
  const store = turnStore(db);
  return {
    record: (tx, row) => {
      const { model, context_tokens, ended_at, ...rest } = row;
      store.insert(tx, {
        ...rest,
        model: model ?? null,
        context_tokens: context_tokens ?? null,
        ended_at: Date.parse(ended_at),
      });
    },
    list: ({ agent, since, limit }) => {
      const filter = { agent, since: since === undefined ? undefined : Date.parse(since) };
      return { turns: store.list(filter, limit).map(toUsageRow), total_cost_usd: store.totalCost(filter) };
    },
    // A day of UTC has no summer time: midnight is a multiple.
    costToday: (agent) => store.costSince(agent, Math.floor(db.clock.now() / DAY_MS) * DAY_MS),
    contextTokens: (agent) => store.contextTokens(agent),
  };
}
