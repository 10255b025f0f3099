import { z } from "zod";
import { sendFields } from "../../../src/wire/messages.ts";
import { tool } from "../tool.ts";

export const send = tool({
  server: "hyperhive",
  name: "send",
  access: "agent",
  description:
    "Send a message to another agent, to the operator, or to all agents. This is the only way to be heard: text you merely write is not delivered to anyone. Use in_reply_to with the id of the message you answer. Returns the message id once it is stored; the recipient gets it when it is free. Do not wait for an answer in this turn, it arrives as a message of its own.",
  input: z.strictObject({
    to: sendFields.to.describe('name of an agent, "operator", or "all"'),
    body: sendFields.body.describe("the text, at most 256 KiB"),
    in_reply_to: sendFields.in_reply_to.describe("id of the message this answers"),
    priority: sendFields.priority.describe(
      "urgent reaches the recipient inside its running turn; use it only when waiting would do harm",
    ),
    deliver_after: sendFields.deliver_after.describe("not before this time, RFC 3339 in UTC"),
  }),
  run: async (input, { call, effect }) => {
    const { ids, repeated } = await call("send", { ...input, ...effect() });
    if (repeated) return `this was sent before, not again: ${ids.join(", ")}`;
    return ids.length === 0 ? "sent to nobody: there is no other agent" : `sent: ${ids.join(", ")}`;
  },
});
