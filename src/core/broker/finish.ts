/** The end of a turn: messages, usage, digest and news in one transaction; a repeat changes nothing. */

import type { Input } from "../../wire/endpoint.ts";
import { HiveError } from "../../wire/errors.ts";
import type { UsageRow } from "../../wire/usage.ts";
import type { agentWire } from "../../wire/wire.ts";
import type { LeaseRow } from "../db/stores/leases.ts";
import { isoTime, type MessageRow } from "../db/stores/messages.ts";
import { turnStore } from "../db/stores/turns.ts";
import type { Tx } from "../db/tx.ts";
import type { NewMessage } from "../services.ts";
import type { BrokerContext } from "./context.ts";
import { returnLease, settleLease } from "./leases.ts";

export type FinishInput = Input<(typeof agentWire)["finish"]>;
export type Enqueue = (tx: Tx, message: NewMessage) => unknown;

/** Turns that failed before a batch is given up. */
const MAX_ERRORS = 3;
const RETRY_DELAYS_MS = [1_000, 4_000];

export function createFinish(context: BrokerContext, enqueue: Enqueue) {
  const turns = turnStore(context.db);

  const record = (tx: Tx, lease: LeaseRow, input: FinishInput): void => {
    const now = context.clock.now();
    const { digest, usage, outcome } = input;
    if (digest !== undefined && digest.trim() !== "") {
      turns.insertDigest(tx, { agent: lease.agent, lease_id: lease.id, body: digest, at: now });
    }
    if (usage === undefined) return;
    const row: UsageRow = {
      ...usage,
      agent: lease.agent,
      lease_id: lease.id,
      ended_at: isoTime(now),
      outcome,
    };
    context.usage.record(tx, row);
    context.timeline.append(tx, { type: "turn", usage: row });
  };

  const giveUp = (tx: Tx, lease: LeaseRow, reason: string): void => {
    const text = `the turn of "${lease.agent}" failed ${MAX_ERRORS} times: ${reason}`;
    const failed = settleLease(context, tx, { lease, state: "failed", outcome: "error", reason: text });
    context.timeline.append(tx, { type: "notice", level: "error", agent: lease.agent, text });
    for (const notice of failureNotices(context, failed, text)) enqueue(tx, notice);
  };

  const failOrRetry = (tx: Tx, lease: LeaseRow, reason: string): void => {
    const errors = lease.errors + 1;
    if (errors >= MAX_ERRORS) {
      giveUp(tx, { ...lease, errors }, reason);
      return;
    }
    const delay = (context.retryDelaysMs ?? RETRY_DELAYS_MS)[errors - 1] ?? 0;
    const notBefore = delay === 0 ? undefined : context.clock.now() + delay;
    returnLease(context, tx, { lease: { ...lease, errors }, reason, outcome: "error", notBefore });
  };

  return (tx: Tx, agent: string, input: FinishInput): void => {
    const lease = leaseOf(context, agent, input.lease_id);
    const good = input.outcome === "ok" || input.outcome === "interrupted";
    // Ended before, or this attempt's end was told before (`outcome`): the answer was lost on its way.
    if (lease.state === "done" || lease.state === "failed") return;
    if (lease.state === "returned" && lease.outcome !== null) return;
    record(tx, lease, input);
    const reason = input.reason ?? input.outcome;
    if (good) settleLease(context, tx, { lease, state: "done", outcome: input.outcome });
    else if (input.outcome === "error") failOrRetry(tx, lease, reason);
    else {
      const notBefore = input.retry_at === undefined ? undefined : Date.parse(input.retry_at);
      returnLease(context, tx, { lease, reason, outcome: input.outcome, notBefore });
    }
  };
}

/** Throws not_found for a lease that is not this agent's. */
export function leaseOf({ leases }: BrokerContext, agent: string, id: string): LeaseRow {
  const lease = leases.byId(id);
  if (lease !== undefined && lease.agent === agent) return lease;
  throw new HiveError("not_found", `"${agent}" has no lease "${id}"`, { hint: "take a new lease" });
}

/** One to the operator, one to each agent whose messages were lost to it; none about a notice of ours. */
function failureNotices(
  { directory }: BrokerContext,
  failed: readonly MessageRow[],
  text: string,
): NewMessage[] {
  const senders = [...new Set(failed.map((row) => row.sender))].filter((name) => name !== "system");
  const told = new Set(["operator", ...senders.filter((name) => directory.has(name))]);
  if (senders.length === 0) told.delete("operator");
  return [...told].map((to): NewMessage => {
    const ids = failed.filter((row) => to === "operator" || row.sender === to).map((row) => row.id);
    const body = `Not handled: ${ids.join(", ")}. ${text}. Send again when the reason is gone.`;
    return { from: "system", to, body, origin: "system" };
  });
}
