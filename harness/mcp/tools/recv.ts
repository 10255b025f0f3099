import { z } from "zod";
import { tool } from "../tool.ts";

export const recv = tool({
  server: "hyperhive",
  name: "recv",
  access: "agent",
  description:
    "Take messages that came in since this turn began, without waiting. Use it at a good stopping point of long work, or when you expect news. Returns the messages, which you must then deal with in this turn, or says that there are none. Not needed normally: what waits starts your next turn.",
  input: z.strictObject({
    max: z.int().min(1).max(100).default(20).describe("most messages to take"),
  }),
  run: async ({ max }, { call, lease, takeIn }) => {
    const running = lease();
    if (running === undefined)
      return { text: "no turn is running, so no message can be taken", isError: true };
    const { messages } = await call("leaseMore", { lease_id: running.id, max });
    return messages.length === 0 ? "no new messages" : takeIn(messages);
  },
});
