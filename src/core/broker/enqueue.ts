/** A message enters: the one place that stores new ones. Checks of who may and how many are the caller's. */
import type { MessageRow } from "../db/stores/messages.ts";
import { toMessage } from "../db/stores/messages.ts";
import type { Tx } from "../db/tx.ts";
import type { NewMessage } from "../services.ts";
import type { BrokerContext } from "./context.ts";
import { joinUrgent } from "./leases.ts";

export interface StoredMessage extends NewMessage {
  /** Wall clock, milliseconds. */
  readonly deliver_after?: number | undefined;
}

export interface EnqueueOptions {
  /** Something with a time was stored. */
  readonly onTimed: () => void;
}

export function createEnqueue(context: BrokerContext, { onTimed }: EnqueueOptions) {
  return (tx: Tx, message: StoredMessage): MessageRow => {
    const now = context.clock.now();
    const { to, deliver_after: after } = message;
    const later = after !== undefined && after > now;
    // The operator's dashboard is always there: nothing waits for delivery.
    const there = to === "operator" && !later;
    const row = context.messages.insert(tx, {
      id: context.ids(),
      sender: message.from,
      recipient: to,
      body: message.body,
      in_reply_to: message.in_reply_to ?? null,
      question_id: message.question_id ?? null,
      origin: message.origin ?? null,
      priority: message.priority ?? "normal",
      state: there ? "delivered" : "queued",
      created_at: now,
      deliver_after: later ? after : null,
      delivered_at: there ? now : null,
    });
    context.timeline.append(tx, { type: "message", message: toMessage(row) });
    if (later) tx.afterCommit(onTimed);
    else if (to !== "operator") {
      if (row.priority === "urgent") joinUrgent(context, tx, to);
      context.wakeLater(tx, to);
    }
    return row;
  };
}
