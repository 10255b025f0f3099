/** An approved schedule. */
import { z } from "zod";
import { HiveError } from "../../../wire/errors.ts";
import { AgentName } from "../../../wire/ids.ts";
import { scheduleFields } from "../../../wire/schedules.ts";
import { action } from "../action.ts";
import { parsePayload } from "./parse-payload.ts";

const Payload = z.strictObject({ agent: AgentName, ...scheduleFields });

export const schedulePrompt = action({
  parse: (payload) => parsePayload(Payload, payload),
  check: ({ agent }, { agents }) => {
    if (agents.has(agent)) return;
    throw new HiveError("not_found", `agent "${agent}" is not managed by this hive`, {
      hint: "hivectl agent list",
    });
  },
  run: async (payload, { actor, schedules, step }) => {
    step("adding the schedule");
    await schedules.add(actor, payload);
  },
  isDone: ({ agent, cron, time_zone, body }, { schedules }, since) =>
    schedules
      .list()
      .some(
        (one) =>
          one.agent === agent &&
          one.cron === cron &&
          one.time_zone === time_zone &&
          one.body === body &&
          Date.parse(one.created_at) >= since,
      ),
});
