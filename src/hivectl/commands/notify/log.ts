/** What was told to whom, and whether it arrived. */
import { notifyEndpoints } from "../../../wire/notify.ts";
import { command } from "../../command.ts";
import { wholeNumber } from "../../options.ts";
import { printDeliveries } from "../../print/notify.ts";

export const notifyLog = command({
  noun: "notify",
  verb: "log",
  summary: "Notifications: what was told over which channel, and how it went",
  args: { limit: { type: "string", alias: "n", valueHint: "N", default: "30", description: "How many" } },
  examples: [
    ["hivectl notify log", "newest first"],
    ["hivectl notify log -n 200 --json", "for programs"],
  ],
  run: ({ args, show }) =>
    show(
      notifyEndpoints.notifyDeliveries,
      { limit: wholeNumber(args.limit, "--limit") },
      ({ deliveries }, view) => printDeliveries(deliveries, view, "nothing was told yet"),
    ),
});
