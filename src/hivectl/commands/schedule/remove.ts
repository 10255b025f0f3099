/** Removes a schedule. */
import { scheduleEndpoints } from "../../../wire/schedules.ts";
import { command } from "../../command.ts";
import { scheduleId } from "../../known-ids.ts";

export const scheduleRemove = command({
  noun: "schedule",
  verb: "remove",
  summary: "Remove a schedule",
  args: { id: { type: "positional", required: true, description: "Its id, or the end of it" } },
  examples: [["hivectl schedule remove 01JDXM3V6T0000000000000000", "ids: hivectl schedule list"]],
  run: async (context) => {
    const id = await scheduleId(context, context.args.id);
    await context.show(scheduleEndpoints.scheduleRemove, { id }, () => "removed");
  },
});
