/** Stop an agent and start it again. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { command } from "../../command.ts";

export const agentRestart = command({
  noun: "agent",
  verb: "restart",
  summary: "Stop an agent and start it again",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
  },
  completes: { agent: "agent" },
  examples: [["hivectl agent restart alice", "a fresh process; the conversation goes on"]],
  run: ({ args, show }) =>
    show(agentEndpoints.restart, { name: args.agent }, () => `restarted "${args.agent}"`),
});
