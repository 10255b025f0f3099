/** Rows of usage and of digests. */
import { and, desc, eq, gte, isNotNull, sql } from "drizzle-orm";
import type { UsageRow } from "../../../wire/usage.ts";
import type { Db } from "../db.ts";
import { placeholders } from "../orm.ts";
import { digests, turns } from "../schema/usage.ts";
import type { Tx } from "../tx.ts";
import { isoTime } from "./messages.ts";

export type TurnRow = typeof turns.$inferSelect;
export type DigestRow = typeof digests.$inferSelect;
export type TurnStore = ReturnType<typeof turnStore>;

export interface TurnFilter {
  readonly agent?: string | undefined;
  readonly since?: number | undefined;
}

const where = ({ agent, since }: TurnFilter) =>
  and(
    agent === undefined ? undefined : eq(turns.agent, agent),
    since === undefined ? undefined : gte(turns.ended_at, since),
  );

export function turnStore({ orm, sqlite }: Db) {
  const insert = orm
    .insert(turns)
    .values(placeholders(turns, ["seq"]))
    .prepare();
  const insertDigest = sqlite.prepare("insert into digests (agent, lease_id, body, at) values (?, ?, ?, ?)");
  const cost = sqlite.prepare<{ cost: number | null }>(
    "select sum(cost_usd) as cost from turns where agent = ? and ended_at >= ?",
  );
  const context = orm
    .select({ tokens: turns.context_tokens })
    .from(turns)
    .where(and(eq(turns.agent, sql.placeholder("agent")), isNotNull(turns.context_tokens)))
    .orderBy(desc(turns.ended_at), desc(turns.seq))
    .limit(1)
    .prepare();
  return {
    insert: (_tx: Tx, row: Omit<TurnRow, "seq">): void => void insert.run(row),
    insertDigest: (_tx: Tx, row: Omit<DigestRow, "seq">): void => {
      insertDigest.run(row.agent, row.lease_id, row.body, row.at);
    },
    /** Newest first. */
    list: (filter: TurnFilter, limit: number) =>
      orm.select().from(turns).where(where(filter)).orderBy(desc(turns.seq)).limit(limit).all(),
    totalCost: (filter: TurnFilter) =>
      orm.select({ cost: sql<number | null>`sum(cost_usd)` }).from(turns).where(where(filter)).get()?.cost ??
      0,
    costSince: (agent: string, since: number) => cost.get(agent, since)?.cost ?? 0,
    contextTokens: (agent: string) => context.get({ agent })?.tokens ?? undefined,
    /** Newest first. */
    digestsOf: (agent: string, limit: number) =>
      orm
        .select()
        .from(digests)
        .where(eq(digests.agent, agent))
        .orderBy(desc(digests.seq))
        .limit(limit)
        .all(),
  };
}

export function toUsageRow(row: TurnRow): UsageRow {
  const { seq: _seq, ended_at, model, context_tokens, ...rest } = row;
  return {
    ...rest,
    model: model ?? undefined,
    context_tokens: context_tokens ?? undefined,
    ended_at: isoTime(ended_at),
  };
}
