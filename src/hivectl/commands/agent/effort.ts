/** How long an agent's model thinks. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { HiveError } from "../../../wire/hive-error.ts";
import { Effort } from "../../../wire/ids.ts";
import { command } from "../../command.ts";

export const agentEffort = command({
  noun: "agent",
  verb: "effort",
  summary: "Choose how long an agent's model thinks",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
    effort: { type: "positional", required: true, description: "low, medium, high, xhigh or max" },
  },
  completes: { agent: "agent" },
  examples: [["hivectl agent effort alice high", "from its next turn on"]],
  run: async ({ args, show }) => {
    const effort = Effort.safeParse(args.effort);
    if (!effort.success) {
      throw new HiveError("invalid", `"${args.effort}" is not an effort: ${Effort.options.join(", ")}`);
    }
    await show(
      agentEndpoints.setEffort,
      { name: args.agent, effort: effort.data },
      () => `"${args.agent}" thinks with effort "${effort.data}" from its next turn on`,
    );
  },
});
