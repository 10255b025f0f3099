/** Whether notifications arrive. */
import { parseOutput } from "../../../client/call.ts";
import { stringifyJson } from "../../../wire/json.ts";
import { notifyEndpoints } from "../../../wire/notify.ts";
import { command } from "../../command.ts";
import { printDeliveries } from "../../print/notify.ts";

export const notifyTest = command({
  noun: "notify",
  verb: "test",
  summary: "Send a test over every channel, and say how each went",
  details: "Exits with 1 when one did not arrive, or when none is set up.",
  args: {
    channel: {
      type: "enum",
      options: ["push", "ntfy", "webhook"],
      valueHint: "CHANNEL",
      description: "Only over this one",
    },
  },
  examples: [
    ["hivectl notify test", "your phone should ring"],
    ["hivectl notify test --channel ntfy", "only this way"],
  ],
  run: async ({ args: { channel }, transport, json, print, view }) => {
    const body = await transport.request(
      notifyEndpoints.notifyTest,
      channel === undefined ? {} : { channel },
    );
    const { deliveries } = parseOutput(notifyEndpoints.notifyTest, body);
    print(json ? stringifyJson(body, 2) : printDeliveries(deliveries, view(), NOBODY));
    return deliveries.length > 0 && deliveries.every(({ state }) => state === "sent") ? 0 : 1;
  },
});

const NOBODY =
  'nobody is told: set up "notify" in the settings, or enable push in the dashboard of a browser';
