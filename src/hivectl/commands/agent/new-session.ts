/** Begin an agent's next turn with an empty conversation. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { command } from "../../command.ts";

export const agentNewSession = command({
  noun: "agent",
  verb: "new-session",
  summary: "Begin an agent's next turn with an empty conversation",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
  },
  completes: { agent: "agent" },
  examples: [["hivectl agent new-session alice", "the old conversation stays on disk"]],
  run: ({ args, show }) =>
    show(
      agentEndpoints.newSession,
      { name: args.agent },
      () => `"${args.agent}" begins its next turn with an empty conversation`,
    ),
});
