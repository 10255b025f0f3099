/** All schedules. */
import { scheduleEndpoints } from "../../../wire/schedules.ts";
import { command } from "../../command.ts";
import { printSchedules } from "../../print/schedules.ts";

export const scheduleList = command({
  noun: "schedule",
  verb: "list",
  summary: "All schedules, and when they run next",
  args: {},
  examples: [["hivectl schedule list", "with those that are switched off"]],
  run: ({ show }) =>
    show(scheduleEndpoints.schedules, {}, ({ schedules }, view) => printSchedules(schedules, view)),
});
