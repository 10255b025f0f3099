import { z } from "zod";
import { AgentName } from "../../../src/wire/ids.ts";
import { tool } from "../tool.ts";

export const stop = tool({
  server: "hyperhive",
  name: "stop",
  access: "manager",
  description:
    "Stop an agent after its running turn. Its messages stay and wait. Returns when it was told to.",
  input: z.strictObject({ agent: AgentName }),
  run: async ({ agent }, { call }) => {
    await call("control", { agent, action: "stop" });
    return `agent "${agent}" was told to stop`;
  },
});
