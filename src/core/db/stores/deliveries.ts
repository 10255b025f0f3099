/** Rows of deliveries: notifications on their way, and the log of the ended ones. */
import { and, desc, eq, gt, lte, ne, or, sql } from "drizzle-orm";
import type { Db } from "../db.ts";
import { placeholders } from "../orm.ts";
import { deliveries } from "../schema/deliveries.ts";
import type { Tx } from "../tx.ts";
import { assertLive } from "../writer.ts";

export type DeliveryRow = typeof deliveries.$inferSelect;
export type DeliveryStore = ReturnType<typeof deliveryStore>;

export function deliveryStore({ orm }: Db) {
  const insert = orm.insert(deliveries).values(placeholders(deliveries)).prepare();
  const queued = eq(deliveries.state, "queued");
  return {
    insert: (tx: Tx, row: DeliveryRow): void => {
      assertLive(tx);
      insert.run({ ...row });
    },
    update: (tx: Tx, id: string, change: Partial<DeliveryRow>): void => {
      assertLive(tx);
      orm.update(deliveries).set(change).where(eq(deliveries.id, id)).run();
    },
    /** Those of a subject that still wait. */
    drop: (tx: Tx, subject: string, end: { readonly reason: string; readonly at: number }): number => {
      assertLive(tx);
      return orm
        .update(deliveries)
        .set({ state: "dropped", reason: end.reason, ended_at: end.at })
        .where(and(queued, eq(deliveries.subject, subject)))
        .returning({ id: deliveries.id })
        .all().length;
    },
    /** Of the ended ones, all but the newest. */
    prune: (tx: Tx, keep: number): void => {
      assertLive(tx);
      orm.run(
        sql`delete from deliveries where state <> 'queued' and id in (select id from deliveries order by id desc limit 100 offset ${keep})`,
      );
    },
    byId: (id: string) => orm.select().from(deliveries).where(eq(deliveries.id, id)).get(),
    newest: (limit: number) => orm.select().from(deliveries).orderBy(desc(deliveries.id)).limit(limit).all(),
    nextDue: () =>
      orm
        .select({ at: sql<number | null>`min(${deliveries.due_at})` })
        .from(deliveries)
        .where(queued)
        .get()?.at ?? undefined,
    due: (now: number) =>
      orm
        .select()
        .from(deliveries)
        .where(and(queued, lte(deliveries.due_at, now)))
        .orderBy(deliveries.due_at, deliveries.id)
        .limit(50)
        .all(),
    /** Whether a subject was told of after `since`, or is about to be. */
    told: (subject: string, since: number): boolean =>
      orm
        .select({ id: deliveries.id })
        .from(deliveries)
        .where(
          and(
            eq(deliveries.subject, subject),
            or(queued, and(ne(deliveries.state, "dropped"), gt(deliveries.created_at, since))),
          ),
        )
        .limit(1)
        .get() !== undefined,
    /** How many subjects were told of since then. */
    toldSince: (since: number) =>
      orm
        .select({ n: sql<number>`count(distinct ${deliveries.subject})` })
        .from(deliveries)
        .where(and(gt(deliveries.created_at, since), ne(deliveries.state, "dropped")))
        .get()?.n ?? 0,
  };
}
