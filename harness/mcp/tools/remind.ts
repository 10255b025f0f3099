import { z } from "zod";
import { whenFields } from "../../../src/wire/schedules.ts";
import { tool } from "../tool.ts";

export const remind = tool({
  server: "hyperhive",
  name: "remind",
  access: "agent",
  description:
    "Send yourself a message later: to check on something, or to go on when a wait is over. End the turn instead of sleeping. Say either at or in_seconds. Returns when it is due; then it starts a turn.",
  input: z
    .strictObject({
      body: z
        .string()
        .min(1)
        .max(64 * 1024)
        .describe("what you will need to know then"),
      at: whenFields.at.describe("RFC 3339 in UTC"),
      in_seconds: whenFields.in_seconds.describe("from now"),
    })
    .refine((when) => (when.at === undefined) !== (when.in_seconds === undefined), {
      error: 'say either "at" or "in_seconds"',
    }),
  run: async (input, { call, effect }) => {
    const { reminder } = await call("remind", { ...input, ...effect() });
    return `reminder ${reminder.id} is due at ${reminder.due_at}`;
  },
});
