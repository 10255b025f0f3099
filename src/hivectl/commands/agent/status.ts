/** The state of the agents in one word each, as published clients of the host socket read it. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { command } from "../../command.ts";
import { printAgents } from "../../print/agent-list.ts";
import { printStatuses } from "../../print/agents.ts";

export const agentStatus = command({
  noun: "agent",
  verb: "status",
  summary: "The state of one agent, or of all in one word each",
  details: "Without a name it asks what other clients of the host socket ask, and prints the same.",
  args: { agent: { type: "positional", required: false, description: "Its name" } },
  completes: { agent: "agent" },
  examples: [
    ["hivectl agent status", "running, paused, failed, …"],
    ["hivectl agent status alice", "only alice"],
  ],
  run: ({ args, show }) =>
    args.agent === undefined
      ? show(agentEndpoints.agentStatus, {}, ({ agent_statuses }, view) =>
          printStatuses(agent_statuses, view),
        )
      : show(agentEndpoints.agent, { name: args.agent }, ({ agent }, view) => printAgents([agent], view)),
});
