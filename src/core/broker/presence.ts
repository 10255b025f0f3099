/**
 * Harnesses that come and go. A lost connection gets a grace, a new start of the harness or a dead process none;
 * leases that were open when the daemon started wait for their harness a while longer.
 */
import type { Timer } from "../../lib/clock.ts";
import type { LeaseRow } from "../db/stores/leases.ts";
import type { Tx } from "../db/tx.ts";
import type { BrokerContext } from "./context.ts";
import { holdLease, pushAgain, returnLease } from "./leases.ts";

export interface Presence {
  attach(agent: string, boot_id: string, lease_id: string | undefined): Promise<"held" | "lost" | undefined>;
  detach(agent: string, grace_ms: number): void;
  release(agent: string, reason: string): Promise<void>;
  start(signal: AbortSignal): void;
}

const BOOT_GRACE_MS = 30_000;
const RETRY_MS = 5_000;

export function createPresence(context: BrokerContext): Presence {
  const { clock, db, leases, log } = context;
  const here = new Set<string>();
  const timers = new Map<string, Timer>();

  const forget = (agent: string): void => {
    timers.get(agent)?.cancel();
    timers.delete(agent);
  };

  const giveBack = (agent: string, reason: string): Promise<void> =>
    db.writer.write(
      (tx) => {
        const lease = leases.live(agent);
        if (lease?.state === "open") returnLease(context, tx, { lease, reason });
      },
      { essential: true },
    );

  const giveBackAfter = (agent: string, ms: number): void => {
    forget(agent);
    const expired = (): void => {
      timers.delete(agent);
      giveBack(agent, "the connection to the agent was lost").catch((error: unknown) => {
        log.warn({ agent, error }, "a lease could not be returned; it is tried again");
        if (!here.has(agent)) giveBackAfter(agent, RETRY_MS);
      });
    };
    timers.set(agent, clock.timer(ms, expired));
  };

  return {
    attach: async (agent, boot_id, lease_id) => {
      here.add(agent);
      forget(agent);
      return db.writer.write((tx) => hello(context, tx, { agent, boot_id, lease_id }), { essential: true });
    },
    detach: (agent, grace_ms) => {
      here.delete(agent);
      giveBackAfter(agent, grace_ms);
    },
    release: (agent, reason) => {
      here.delete(agent);
      forget(agent);
      return giveBack(agent, reason);
    },
    start: (signal) => {
      for (const { agent, state } of leases.allLive()) {
        if (state === "open" && !here.has(agent)) giveBackAfter(agent, context.bootGraceMs ?? BOOT_GRACE_MS);
      }
      signal.addEventListener("abort", () => [...timers.keys()].forEach(forget), { once: true });
    },
  };
}

interface Hello {
  readonly agent: string;
  readonly boot_id: string;
  readonly lease_id: string | undefined;
}

function hello(context: BrokerContext, tx: Tx, said: Hello): "held" | "lost" | undefined {
  const lease = context.leases.live(said.agent);
  if (lease !== undefined && keeps(lease, said)) {
    holdLease(context, tx, lease);
    pushAgain(context, tx, lease);
    return "held";
  }
  if (lease?.state === "open") {
    const reason =
      lease.boot_id === said.boot_id ? "the batch never reached the agent" : "the agent started anew";
    returnLease(context, tx, { lease, reason });
  }
  return said.lease_id === undefined ? undefined : "lost";
}

/** The same start of the harness, still at the same lease, and not one whose end it has told already. */
function keeps(lease: LeaseRow, { boot_id, lease_id }: Hello): boolean {
  return (
    lease.id === lease_id && lease.boot_id === boot_id && (lease.state === "open" || lease.outcome === null)
  );
}
