import { z } from "zod";
import { tool } from "../tool.ts";

const BODY_SHOWN = 4_000;

export const getHistory = tool({
  server: "hyperhive",
  name: "get_history",
  access: "agent",
  description:
    "Look up your own earlier messages, sent and received, newest first: with one party, or by words. Use it when you need what was said before and no longer have it. Returns one JSON object on each line; bodies longer than 4000 characters are cut.",
  input: z.strictObject({
    with: z.string().max(40).optional().describe('an agent or "operator"'),
    query: z.string().min(1).max(200).optional().describe("words that must occur"),
    limit: z.int().min(1).max(100).default(20),
  }),
  run: async (input, { call }) => {
    const { messages } = await call("getHistory", input);
    if (messages.length === 0) return "no such messages";
    // One line of JSON each: no body can look like another message.
    return messages
      .map(({ id, from, to, created_at, in_reply_to, state, body }) =>
        JSON.stringify({ id, from, to, time: created_at, in_reply_to, state, body: shorten(body) }),
      )
      .join("\n");
  },
});

function shorten(body: string): string {
  return body.length <= BODY_SHOWN ? body : `${body.slice(0, BODY_SHOWN)}… [cut]`;
}
