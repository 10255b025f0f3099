/** Takes a reminder back. */
import { scheduleEndpoints } from "../../../wire/schedules.ts";
import { command } from "../../command.ts";
import { reminderId } from "../../known-ids.ts";

export const remindCancel = command({
  noun: "remind",
  verb: "cancel",
  summary: "Take a reminder back",
  args: { id: { type: "positional", required: true, description: "Its id, or the end of it" } },
  examples: [["hivectl remind cancel 01JDXM3V6T0000000000000000", "ids: hivectl remind list"]],
  run: async (context) => {
    const id = await reminderId(context, context.args.id);
    await context.show(scheduleEndpoints.cancelReminder, { id }, () => "cancelled");
  },
});
