/** Let a paused agent go on. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { command } from "../../command.ts";

export const agentResume = command({
  noun: "agent",
  verb: "resume",
  summary: "Let a paused agent go on",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
  },
  completes: { agent: "agent" },
  examples: [["hivectl agent resume alice", "it takes up what has waited"]],
  run: ({ args, show }) =>
    show(agentEndpoints.setPaused, { name: args.agent, paused: false }, () => `resumed "${args.agent}"`),
});
