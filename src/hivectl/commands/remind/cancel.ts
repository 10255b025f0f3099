/** Takes a reminder back. */
import { scheduleEndpoints } from "../../../wire/schedules.ts";
import { command } from "../../command.ts";

export const remindCancel = command({
  noun: "remind",
  verb: "cancel",
  summary: "Take a reminder back",
  args: { id: { type: "positional", required: true, description: "Its id" } },
  examples: [["hivectl remind cancel 01JDXM3V6T0000000000000000", "ids: hivectl remind list"]],
  run: ({ args, show }) => show(scheduleEndpoints.cancelReminder, { id: args.id }, () => "cancelled"),
});
