import { z } from "zod";
import { AgentName } from "../../../src/wire/ids.ts";
import { tool } from "../tool.ts";

export const start = tool({
  server: "hyperhive",
  name: "start",
  access: "manager",
  description:
    "Start an agent that is stopped or was given up. Its waiting messages are handled then. Returns when it was told to.",
  input: z.strictObject({ agent: AgentName }),
  run: async ({ agent }, { call }) => {
    await call("control", { agent, action: "start" });
    return `agent "${agent}" was told to start`;
  },
});
