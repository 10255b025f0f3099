import { z } from "zod";
import { AgentName } from "../../../src/wire/ids.ts";
import { tool } from "../tool.ts";
import { waitsForOperator } from "./waits-for-operator.ts";

export const requestDestroy = tool({
  server: "hyperhive",
  name: "request_destroy",
  access: "manager",
  description:
    "Ask the operator to remove an agent that is no longer needed. Nothing happens until the operator approves; you are told the decision by a message. Its files are kept. Returns the number of the request.",
  input: z.strictObject({
    agent: AgentName,
    reason: z.string().min(1).max(2000).describe("for the operator"),
  }),
  run: async (input, { call, effect }) => {
    const { approval } = await call("requestDestroy", { ...input, ...effect() });
    return waitsForOperator(approval);
  },
});
