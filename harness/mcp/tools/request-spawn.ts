import { z } from "zod";
import { AgentConfig } from "../../../src/wire/agent-config.ts";
import { AgentName, Effort, Model } from "../../../src/wire/ids.ts";
import { tool } from "../tool.ts";
import { waitsForOperator } from "./waits-for-operator.ts";

const fields = AgentConfig.shape;

const INTRODUCE =
  "You are new in this hive. Introduce yourself to me by a message: who you are, and what you will take care of.";

export const requestSpawn = tool({
  server: "hyperhive",
  name: "request_spawn",
  access: "manager",
  description:
    "Ask the operator for a new agent. Nothing happens until the operator approves; you are told the decision by a message. Give a reason the operator can judge, a persona that says what the new agent is, and a prompt that tells it what to begin with. Returns the number of the request.",
  input: z.strictObject({
    name: AgentName.describe("1 to 31 of a-z, 0-9 and -"),
    reason: z.string().min(1).max(2000).describe("why the hive needs it, for the operator"),
    persona: fields.system_prompt.describe(
      "what it should always know about itself: its part of its system prompt",
    ),
    prompt: z
      .string()
      .min(1)
      .max(64 * 1024)
      .default(INTRODUCE)
      .describe("its first message, from you; left out: it is asked to introduce itself to you"),
    role: fields.role.describe("agent: there is one manager only"),
    model: Model.optional().describe("sonnet, opus, haiku, or a full name"),
    effort: Effort.optional(),
    packages: fields.packages.describe("nixpkgs names of programs it needs, e.g. ripgrep"),
  }),
  run: async ({ name, reason, prompt, persona: system_prompt, ...config }, { call, effect }) => {
    const { approval } = await call("requestSpawn", {
      ...{ name, reason, prompt, config: { ...config, system_prompt } },
      ...effect(),
    });
    return waitsForOperator(approval);
  },
});
