import { z } from "zod";
import { tool } from "../tool.ts";

export const listAgents = tool({
  server: "hyperhive",
  name: "list_agents",
  access: "agent",
  description:
    "Who else is in this hive: name, role, state, what they say they are doing, how many messages wait for them. Use it before you write to somebody you do not know.",
  input: z.strictObject({}),
  run: async (_input, { call }) => {
    const { agents } = await call("listAgents", {});
    const lines = agents.map(({ name, role, state, status_text, queued }) => {
      const status = status_text === undefined ? "" : `, says ${JSON.stringify(status_text)}`;
      return `${name} (${role}): ${state}, ${queued} waiting${status}`;
    });
    return lines.length === 0 ? "there is nobody else" : lines.join("\n");
  },
});
