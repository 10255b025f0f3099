import { z } from "zod";
import { AgentName } from "../../../src/wire/ids.ts";
import { tool } from "../tool.ts";

const SHOWN_CHARS = 32 * 1024;

export const agentLogs = tool({
  server: "hyperhive",
  name: "agent_logs",
  access: "manager",
  description:
    "The last lines an agent's harness wrote to its log. Use it to find out why an agent does not start or does not answer. Returns the lines, oldest first; only the end when they are many.",
  input: z.strictObject({
    agent: AgentName,
    lines: z.int().min(1).max(1000).default(100),
  }),
  run: async (input, { call }) => {
    const { lines } = await call("agentLogs", input);
    if (lines.length === 0) return `agent "${input.agent}" has logged nothing`;
    return lines.join("\n").slice(-SHOWN_CHARS);
  },
});
