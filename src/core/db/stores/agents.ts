/** Rows of agents and of their last started processes. */
import { eq } from "drizzle-orm";
import type { Db } from "../db.ts";
import { placeholders } from "../orm.ts";
import { agentRuns, agents } from "../schema/agents.ts";
import type { Tx } from "../tx.ts";
import { assertLive } from "../writer.ts";

export type AgentRecord = typeof agents.$inferSelect;
export type AgentChange = Partial<Omit<AgentRecord, "name">>;
export type AgentRunRow = typeof agentRuns.$inferSelect;
export type AgentStore = ReturnType<typeof agentStore>;

export function agentStore({ orm }: Db) {
  const insert = orm.insert(agents).values(placeholders(agents)).prepare();
  const putRun = orm.insert(agentRuns).values(placeholders(agentRuns)).prepare();
  return {
    /** Oldest first. */
    all: () => orm.select().from(agents).orderBy(agents.created_at, agents.name).all(),
    insert: (tx: Tx, row: AgentRecord): void => {
      assertLive(tx);
      insert.run({ ...row });
    },
    update: (tx: Tx, name: string, change: AgentChange): void => {
      assertLive(tx);
      orm.update(agents).set(change).where(eq(agents.name, name)).run();
    },
    remove: (tx: Tx, name: string): void => {
      assertLive(tx);
      orm.delete(agents).where(eq(agents.name, name)).run();
      orm.delete(agentRuns).where(eq(agentRuns.agent, name)).run();
    },
    runs: () => orm.select().from(agentRuns).all(),
    putRun: (tx: Tx, row: AgentRunRow): void => {
      assertLive(tx);
      orm.delete(agentRuns).where(eq(agentRuns.agent, row.agent)).run();
      putRun.run({ ...row });
    },
    removeRun: (tx: Tx, agent: string): void => {
      assertLive(tx);
      orm.delete(agentRuns).where(eq(agentRuns.agent, agent)).run();
    },
  };
}
