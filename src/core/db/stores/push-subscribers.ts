/** Rows of browsers that get web push. */
import { eq } from "drizzle-orm";
import type { Db } from "../db.ts";
import { pushSubscribers } from "../schema/push-subscribers.ts";
import type { Tx } from "../tx.ts";
import { assertLive } from "../writer.ts";

export type SubscriberRow = typeof pushSubscribers.$inferSelect;
export type SubscriberStore = ReturnType<typeof subscriberStore>;

export function subscriberStore({ orm }: Db) {
  return {
    all: () => orm.select().from(pushSubscribers).orderBy(pushSubscribers.id).all(),
    at: (endpoint: string) =>
      orm.select().from(pushSubscribers).where(eq(pushSubscribers.endpoint, endpoint)).get(),
    add: (tx: Tx, row: SubscriberRow): void => {
      assertLive(tx);
      orm.insert(pushSubscribers).values(row).run();
    },
    update: (tx: Tx, id: string, change: Partial<SubscriberRow>): void => {
      assertLive(tx);
      orm.update(pushSubscribers).set(change).where(eq(pushSubscribers.id, id)).run();
    },
    remove: (tx: Tx, id: string): boolean => {
      assertLive(tx);
      const gone = orm.delete(pushSubscribers).where(eq(pushSubscribers.id, id)).returning().all();
      return gone.length > 0;
    },
  };
}
