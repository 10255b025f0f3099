/** How notifications are set up. */
import { notifyEndpoints } from "../../../wire/notify.ts";
import { command } from "../../command.ts";
import { printNotify } from "../../print/notify.ts";

export const notifyStatus = command({
  noun: "notify",
  verb: "status",
  summary: "How notifications are set up, and the browsers that get them",
  args: {},
  examples: [["hivectl notify status", "channels, level, quiet hours, browsers"]],
  run: ({ show }) => show(notifyEndpoints.notify, {}, printNotify),
});
