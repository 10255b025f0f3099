/** Removes a schedule. */
import { scheduleEndpoints } from "../../../wire/schedules.ts";
import { command } from "../../command.ts";

export const scheduleRemove = command({
  noun: "schedule",
  verb: "remove",
  summary: "Remove a schedule",
  args: { id: { type: "positional", required: true, description: "Its id" } },
  examples: [["hivectl schedule remove 01JDXM3V6T0000000000000000", "ids: hivectl schedule list"]],
  run: ({ args, show }) => show(scheduleEndpoints.scheduleRemove, { id: args.id }, () => "removed"),
});
