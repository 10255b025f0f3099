/** Switches a schedule off. */
import { scheduleEndpoints } from "../../../wire/schedules.ts";
import { command } from "../../command.ts";

export const scheduleDisable = command({
  noun: "schedule",
  verb: "disable",
  summary: "Switch a schedule off",
  args: { id: { type: "positional", required: true, description: "Its id" } },
  examples: [["hivectl schedule disable 01JDXM3V6T0000000000000000", "ids: hivectl schedule list"]],
  run: ({ args, show }) =>
    show(scheduleEndpoints.scheduleEnable, { id: args.id, enabled: false }, () => "switched off"),
});
