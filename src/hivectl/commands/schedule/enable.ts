/** Switches a schedule on. */
import { scheduleEndpoints } from "../../../wire/schedules.ts";
import { command } from "../../command.ts";

export const scheduleEnable = command({
  noun: "schedule",
  verb: "enable",
  summary: "Switch a schedule on",
  args: { id: { type: "positional", required: true, description: "Its id" } },
  examples: [["hivectl schedule enable 01JDXM3V6T0000000000000000", "ids: hivectl schedule list"]],
  run: ({ args, show }) =>
    show(scheduleEndpoints.scheduleEnable, { id: args.id, enabled: true }, () => "switched on"),
});
