/** Sending: who may, how many, and once for each idempotency key. Answered after the commit. */
import type { Input, Output } from "../../wire/endpoint.ts";
import type { agentWire, operatorWire } from "../../wire/wire.ts";
import type { MessageRow } from "../db/stores/messages.ts";
import type { Tx } from "../db/tx.ts";
import { type Actor, actorName } from "../services.ts";
import type { BrokerContext } from "./context.ts";
import { once, summarize } from "./effects.ts";
import type { StoredMessage } from "./enqueue.ts";
import { recipientsOf } from "./recipients.ts";

export type SendInput = Input<(typeof operatorWire)["send"]> | Input<(typeof agentWire)["send"]>;
type Sent = Output<(typeof operatorWire)["send"]>;

export function createSend(context: BrokerContext, enqueue: (tx: Tx, message: StoredMessage) => MessageRow) {
  const store = (tx: Tx, actor: Actor, input: SendInput): Sent => {
    const from = actorName(actor);
    const { idempotency_key: key } = input;
    const first = key === undefined ? undefined : context.messages.findKey(from, key);
    if (first !== undefined) return { ids: first, repeated: true };
    const ids = recipientsOf(context.directory, actor, input.to).map((to) => {
      context.limit.take(tx, from, to);
      return enqueue(tx, {
        from,
        to,
        body: input.body,
        priority: input.priority,
        in_reply_to: input.in_reply_to,
        deliver_after: input.deliver_after === undefined ? undefined : Date.parse(input.deliver_after),
      }).id;
    });
    if (key !== undefined)
      context.messages.insertKey(tx, { sender: from, key, ids, at: context.clock.now() });
    return { ids, repeated: false };
  };

  return (actor: Actor, input: SendInput): Promise<Sent> => {
    if (!("effect_key" in input) || input.effect_key === undefined) {
      return context.db.writer.write((tx) => store(tx, actor, input), { repeatable: true });
    }
    const { lease_id, effect_key } = input;
    const summary = summarize(`send to "${input.to}": ${input.body}`);
    const options = { agent: actorName(actor), lease_id, effect_key, tool: "send", summary };
    return once(context, options, (tx) => store(tx, actor, input));
  };
}
