/** Handlers of the messages' endpoints. */
import type { Handlers } from "../../../wire/endpoint.ts";
import type { messageEndpoints } from "../../../wire/messages.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";

export function messageRoutes({
  broker,
}: OperatorServices): Handlers<typeof messageEndpoints, OperatorContext> {
  return {
    send: (input, { actor }) => broker.send(actor, input),
    messages: (input) => broker.list(input),
    message: ({ id }) => ({ message: broker.get(id) }),
    searchMessages: (input) => broker.search(input),
    acknowledge: async ({ ids }, { actor }) => ({ acknowledged: await broker.acknowledge(actor, ids) }),
  };
}
