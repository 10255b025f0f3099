/** Switches a schedule off. */
import { scheduleEndpoints } from "../../../wire/schedules.ts";
import { command } from "../../command.ts";
import { scheduleId } from "../../known-ids.ts";

export const scheduleDisable = command({
  noun: "schedule",
  verb: "disable",
  summary: "Switch a schedule off",
  args: { id: { type: "positional", required: true, description: "Its id, or the end of it" } },
  examples: [["hivectl schedule disable 01JDXM3V6T0000000000000000", "ids: hivectl schedule list"]],
  run: async (context) => {
    const id = await scheduleId(context, context.args.id);
    await context.show(scheduleEndpoints.scheduleEnable, { id, enabled: false }, () => "switched off");
  },
});
