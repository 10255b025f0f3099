/** Rows of operations. */
import { desc, eq } from "drizzle-orm";
import type { Db } from "../db.ts";
import { placeholders } from "../orm.ts";
import { operations } from "../schema/operations.ts";
import type { Tx } from "../tx.ts";
import { assertLive } from "../writer.ts";

export type OperationRow = typeof operations.$inferSelect;
export type OperationStore = ReturnType<typeof operationStore>;

export function operationStore({ orm }: Db) {
  const insert = orm.insert(operations).values(placeholders(operations)).prepare();
  return {
    insert: (tx: Tx, row: OperationRow): void => {
      assertLive(tx);
      insert.run({ ...row });
    },
    update: (tx: Tx, row: OperationRow): void => {
      assertLive(tx);
      const { id, ...rest } = row;
      orm.update(operations).set(rest).where(eq(operations.id, id)).run();
    },
    byId: (id: string) => orm.select().from(operations).where(eq(operations.id, id)).get(),
    newest: (limit: number) => orm.select().from(operations).orderBy(desc(operations.id)).limit(limit).all(),
    running: () => orm.select().from(operations).where(eq(operations.state, "running")).all(),
  };
}
