/** Let an agent begin no further turn. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { command } from "../../command.ts";

export const agentPause = command({
  noun: "agent",
  verb: "pause",
  summary: "Let an agent begin no further turn",
  details: "A running turn ends as usual. Works on a stopped agent too.",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
  },
  completes: { agent: "agent" },
  examples: [["hivectl agent pause alice", "its messages wait until you resume it"]],
  run: ({ args, show }) =>
    show(
      agentEndpoints.setPaused,
      { name: args.agent, paused: true },
      () => `paused "${args.agent}"; it keeps its inbox`,
    ),
});
