/** Handlers of the notifications' endpoints. */
import type { Handlers } from "../../../wire/endpoint.ts";
import type { notifyEndpoints } from "../../../wire/notify.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";

export function notifyRoutes({
  notify,
}: OperatorServices): Handlers<typeof notifyEndpoints, OperatorContext> {
  return {
    notify: () => notify.info(),
    notifySubscribe: async (input, { actor, userAgent }) => ({
      subscriber: await notify.subscribe(actor, input, userAgent),
    }),
    notifyUnsubscribe: async ({ id }, { actor }) => {
      await notify.unsubscribe(actor, id);
      return {};
    },
    notifyDeliveries: ({ limit }) => ({ deliveries: notify.deliveries(limit) }),
    notifyTest: async ({ channel }, { signal }) => ({ deliveries: await notify.test(channel, signal) }),
  };
}
