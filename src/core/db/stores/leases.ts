/** Rows of leases and of side effects. */
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "../db.ts";
import { placeholders } from "../orm.ts";
import { effects, leases } from "../schema/leases.ts";
import type { Tx } from "../tx.ts";

export type LeaseRow = typeof leases.$inferSelect;
export type EffectRow = typeof effects.$inferSelect;
export type LeaseStore = ReturnType<typeof leaseStore>;
export type EffectStore = ReturnType<typeof effectStore>;

const LIVE = sql`${leases.state} in ('open', 'returned')`;

export function leaseStore({ orm, sqlite }: Db) {
  const rows = () => orm.select().from(leases);
  const insert = orm.insert(leases).values(placeholders(leases)).prepare();
  const save = sqlite.prepare(
    "update leases set state = ?, attempt = ?, errors = ?, boot_id = ?, reason = ?, outcome = ?, not_before = ?, opened_at = ?, ended_at = ? where id = ?",
  );
  const live = rows()
    .where(and(eq(leases.agent, sql.placeholder("agent")), LIVE))
    .prepare();
  const byId = rows()
    .where(eq(leases.id, sql.placeholder("id")))
    .prepare();
  const allLive = rows().where(LIVE).prepare();
  const inTurn = sqlite.prepare<{ n: number }>(
    "select count(*) as n from messages where lease_id = (select id from leases where agent = ? and state = 'open')",
  );
  return {
    insert: (_tx: Tx, row: LeaseRow): void => void insert.run(row),
    save: (_tx: Tx, row: LeaseRow): void => {
      const { state, attempt, errors, boot_id, reason, outcome, not_before, opened_at, ended_at, id } = row;
      save.run(state, attempt, errors, boot_id, reason, outcome, not_before, opened_at, ended_at, id);
    },
    /** The agent's lease that is open or waits to be given out again. */
    live: (agent: string) => live.get({ agent }),
    byId: (id: string) => byId.get({ id }),
    allLive: () => allLive.all(),
    /** Messages in the open lease of an agent. */
    countInTurn: (agent: string) => inTurn.get(agent)?.n ?? 0,
  };
}

export function effectStore({ orm, sqlite }: Db) {
  const rows = () => orm.select().from(effects);
  const insert = orm.insert(effects).values(placeholders(effects)).prepare();
  const find = rows()
    .where(and(eq(effects.agent, sql.placeholder("agent")), eq(effects.key, sql.placeholder("key"))))
    .prepare();
  const ofLease = rows()
    .where(eq(effects.lease_id, sql.placeholder("lease")))
    .orderBy(sql`rowid`)
    .prepare();
  const old = sqlite.prepare("select 1 from effects where at < ? limit 1");
  const prune = sqlite.prepare("delete from effects where at < ?");
  return {
    insert: (_tx: Tx, row: EffectRow): void => void insert.run(row),
    find: (agent: string, key: string) => find.get({ agent, key }),
    /** In the order they happened. */
    ofLease: (lease: string) => ofLease.all({ lease }),
    hasOlder: (at: number) => old.get(at) !== undefined,
    prune: (_tx: Tx, at: number): void => void prune.run(at),
  };
}
