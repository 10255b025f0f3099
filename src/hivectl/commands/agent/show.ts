/** Everything about one agent. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { command } from "../../command.ts";
import { printAgent } from "../../print/agents.ts";

export const agentShow = command({
  noun: "agent",
  verb: "show",
  summary: "Everything about one agent, with its configuration",
  args: { agent: { type: "positional", required: true, description: "Its name" } },
  completes: { agent: "agent" },
  examples: [["hivectl agent show alice", "state, session, model, limits, page"]],
  run: ({ args, show }) => show(agentEndpoints.agent, { name: args.agent }, printAgent),
});
