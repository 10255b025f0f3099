import { z } from "zod";
import { AgentName } from "../../../src/wire/ids.ts";
import { tool } from "../tool.ts";

export const restart = tool({
  server: "hyperhive",
  name: "restart",
  access: "manager",
  description: "Stop and start an agent, e.g. when it hangs. Its messages stay. Returns when it was told to.",
  input: z.strictObject({ agent: AgentName }),
  run: async ({ agent }, { call }) => {
    await call("control", { agent, action: "restart" });
    return `agent "${agent}" was told to restart`;
  },
});
