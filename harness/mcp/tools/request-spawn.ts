import { z } from "zod";
import { AgentName, Effort, Model } from "../../../src/wire/ids.ts";
import { tool } from "../tool.ts";
import { waitsForOperator } from "./waits-for-operator.ts";

export const requestSpawn = tool({
  server: "hyperhive",
  name: "request_spawn",
  access: "manager",
  description:
    "Ask the operator for a new agent. Nothing happens until the operator approves; you are told the decision by a message. Give a reason the operator can judge, and a prompt that tells the new agent what it is for. Returns the number of the request.",
  input: z.strictObject({
    name: AgentName.describe("1 to 31 of a-z, 0-9 and -"),
    reason: z.string().min(1).max(2000).describe("why the hive needs it, for the operator"),
    prompt: z
      .string()
      .min(1)
      .max(64 * 1024)
      .optional()
      .describe("its first message"),
    system_prompt: z
      .string()
      .max(64 * 1024)
      .optional()
      .describe("what it should always know about itself"),
    model: Model.optional().describe("sonnet, opus, haiku, or a full name"),
    effort: Effort.optional(),
  }),
  run: async ({ name, reason, prompt, ...config }, { call, effect }) => {
    const { approval } = await call("requestSpawn", { name, reason, prompt, config, ...effect() });
    return waitsForOperator(approval);
  },
});
