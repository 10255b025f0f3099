import { z } from "zod";
import { AgentName } from "../../../src/wire/ids.ts";
import { tool } from "../tool.ts";
import { waitsForOperator } from "./waits-for-operator.ts";

export const requestInitConfig = tool({
  server: "hyperhive",
  name: "request_init_config",
  access: "agent",
  description:
    "Ask the operator for a work tree of an agent's configuration: a git repository with its agent.json, in which you prepare changes. For your own configuration; as the manager, for any agent's. Nothing that runs changes. Ask again to have a broken work tree mended or to get the commit that is deployed now; your own commits are kept. Returns the number of the request and where the work tree will be.",
  input: z.strictObject({
    agent: AgentName.describe("whose configuration; your own name, unless you are the manager"),
    reason: z.string().min(1).max(2000).describe("for the operator"),
  }),
  run: async (input, { call, effect }) => {
    const { approval, path } = await call("requestInitConfig", { ...input, ...effect() });
    return `${waitsForOperator(approval)}. The work tree will be at ${path}`;
  },
});
