/** Reminders that have not fired. */
import { scheduleEndpoints } from "../../../wire/schedules.ts";
import { command } from "../../command.ts";
import { printReminders } from "../../print/schedules.ts";

export const remindList = command({
  noun: "remind",
  verb: "list",
  summary: "Reminders that are still to come, soonest first",
  args: { agent: { type: "positional", required: false, description: "Only of this agent" } },
  completes: { agent: "agent" },
  examples: [["hivectl remind list", "of all agents"]],
  run: ({ args, show }) =>
    show(
      scheduleEndpoints.reminders,
      args.agent === undefined ? {} : { agent: args.agent },
      ({ reminders }, view) => printReminders(reminders, view),
    ),
});
