/** Rows of operations. */
import { desc, eq, getTableColumns, sql } from "drizzle-orm";
import type { Db } from "../db.ts";
import { placeholders } from "../orm.ts";
import { operations } from "../schema/operations.ts";
import type { Tx } from "../tx.ts";
import { assertLive } from "../writer.ts";

export type OperationRow = typeof operations.$inferSelect;
export type OperationStore = ReturnType<typeof operationStore>;

const LAST_LINE = sql<string>`case when ${operations.log} = '[]' then '[]'
  else json_array(json(json_extract(${operations.log}, '$[#-1]'))) end`;

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
    /** Of all but the newest; a few at a time, so that a write stays short. */
    forgetLogs: (tx: Tx, keep: number): void => {
      assertLive(tx);
      orm.run(
        sql`update operations set log = '[]' where log <> '[]' and id in (select id from operations order by id desc limit 20 offset ${keep})`,
      );
    },
    byId: (id: string) => orm.select().from(operations).where(eq(operations.id, id)).get(),
    /** Of each log only the last line: many of them are long. */
    newest: (limit: number): OperationRow[] =>
      orm
        .select({ ...getTableColumns(operations), log: LAST_LINE })
        .from(operations)
        .orderBy(desc(operations.id))
        .limit(limit)
        .all(),
    running: () => orm.select().from(operations).where(eq(operations.state, "running")).all(),
  };
}
