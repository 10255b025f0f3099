import { z } from "zod";
import { AgentName } from "../../../src/wire/ids.ts";
import { tool } from "../tool.ts";
import { waitsForOperator } from "./waits-for-operator.ts";

export const requestApplyCommit = tool({
  server: "hyperhive",
  name: "request_apply_commit",
  access: "agent",
  description:
    "Ask the operator to deploy one commit of an agent's configuration, from your work tree of it (request_init_config makes one). For your own configuration; as the manager, for any agent's. The commit is checked and fixed now: what you commit later is not part of it. Nothing happens until the operator has seen the difference and approves; you are told the decision by a message. Returns the number of the request, or what is wrong with the commit.",
  input: z.strictObject({
    agent: AgentName.describe("whose configuration; your own name, unless you are the manager"),
    commit: z.string().min(1).max(100).describe("its sha, as git rev-parse HEAD prints it"),
    reason: z.string().min(1).max(2000).describe("what it changes and why, for the operator"),
  }),
  run: async (input, { call, effect }) => {
    const { approval } = await call("requestApplyCommit", { ...input, ...effect() });
    return waitsForOperator(approval);
  },
});
