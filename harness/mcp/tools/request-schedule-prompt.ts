import { z } from "zod";
import { AgentName } from "../../../src/wire/ids.ts";
import { scheduleFields } from "../../../src/wire/schedules.ts";
import { tool } from "../tool.ts";
import { waitsForOperator } from "./waits-for-operator.ts";

export const requestSchedulePrompt = tool({
  server: "hyperhive",
  name: "request_schedule_prompt",
  access: "manager",
  description:
    "Ask the operator for a message that is sent to an agent again and again, by a cron expression. Nothing happens until the operator approves; you are told the decision by a message. For something that happens once use remind or send with deliver_after. Returns the number of the request.",
  input: z.strictObject({
    agent: AgentName.describe("who gets the message"),
    cron: scheduleFields.cron.describe("five fields, or six with seconds"),
    time_zone: scheduleFields.time_zone.describe("IANA name, e.g. Europe/Berlin"),
    body: scheduleFields.body,
    catch_up: scheduleFields.catch_up.describe("runs that were due while the hive was down"),
    reason: z.string().min(1).max(2000).describe("for the operator"),
  }),
  run: async (input, { call, effect }) => {
    const { approval } = await call("requestSchedulePrompt", { ...input, ...effect() });
    return waitsForOperator(approval);
  },
});
