/** Summarise an agent's conversation to free its context. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { command } from "../../command.ts";

export const agentCompact = command({
  noun: "agent",
  verb: "compact",
  summary: "Summarise an agent's conversation to free its context",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
  },
  completes: { agent: "agent" },
  examples: [["hivectl agent compact alice", "when its context is nearly full"]],
  run: ({ args, show }) =>
    show(
      agentEndpoints.compact,
      { name: args.agent },
      () => `"${args.agent}" compacts its conversation when it is next idle`,
    ),
});
