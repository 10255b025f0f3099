/** Cut an agent's running turn. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { command } from "../../command.ts";

export const agentInterrupt = command({
  noun: "agent",
  verb: "interrupt",
  summary: "Cut an agent's running turn",
  details: "Its messages count as handled; commands it started end too.",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
    reason: { type: "string", valueHint: "TEXT", description: "Why, for the transcript" },
  },
  completes: { agent: "agent" },
  examples: [
    ["hivectl agent interrupt alice", "stop what it does; it stays ready"],
    ['hivectl agent interrupt alice --reason "wrong branch"', "the reason is kept in the transcript"],
  ],
  run: ({ args, show }) =>
    show(
      agentEndpoints.interrupt,
      { name: args.agent, ...(args.reason === undefined ? {} : { reason: args.reason }) },
      ({ interrupted }) =>
        interrupted ? `cut the turn of "${args.agent}"` : `"${args.agent}" was not in a turn`,
    ),
});
