/** What comes due by the clock, and upkeep. A safety net: delivery itself is woken by commits. */
import type { Tx } from "../db/tx.ts";
import type { BrokerContext } from "./context.ts";
import { createDueLoop, type DueLoop } from "./due-loop.ts";
import { joinUrgent } from "./leases.ts";

/** Effects are asked for again within a lease's life; a month is far beyond. */
const EFFECTS_KEPT_MS = 30 * 86_400_000;

export interface SweeperHooks {
  readonly wake: (agent: string) => void;
  /** Brings the indexes of search and history up to date, a little; true: there is more. */
  readonly index: () => boolean;
}

/** Delayed messages, delayed leases, the operator's due ones, the search index, old effects. */
export function createSweeper(context: BrokerContext, { wake, index }: SweeperHooks): DueLoop {
  const { clock, db, directory, effects, leases, log, messages } = context;
  let seen = 0;
  let behind = false;

  const sweepOperator = (tx: Tx, now: number): void => {
    let rows = messages.dueForOperator(now);
    while (rows.length > 0) {
      for (const row of rows) context.save(tx, { ...row, state: "delivered", delivered_at: now });
      rows = messages.dueForOperator(now);
    }
  };

  const run = async (now: number): Promise<void> => {
    // A clock set back makes old times due once more: look at everything again.
    const from = now < seen ? 0 : seen;
    const due = messages.dueFor(from, now);
    if (due.includes("operator")) await db.writer.write((tx) => sweepOperator(tx, now), { essential: true });
    for (const agent of due.filter(directory.has)) {
      if (leases.live(agent)?.state === "open") {
        await db.writer.write((tx) => joinUrgent(context, tx, agent), { essential: true });
      }
      wake(agent);
    }
    for (const { agent } of leases.allLive()) wake(agent);
    const old = now - EFFECTS_KEPT_MS;
    if (effects.hasOlder(old)) await db.writer.write((tx) => effects.prune(tx, old), { essential: true });
    seen = now;
    behind = index();
  };

  const next = (): number | undefined => {
    if (behind) return seen;
    const delayed = leases
      .allLive()
      .flatMap((lease) => ((lease.not_before ?? 0) > seen ? [lease.not_before ?? 0] : []));
    const times = [messages.nextDue(seen), ...delayed].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  };

  return createDueLoop({ clock, log, name: "broker", next, run });
}
