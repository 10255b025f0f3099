/** Choose the model of an agent's next turns. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { command } from "../../command.ts";

export const agentModel = command({
  noun: "agent",
  verb: "model",
  summary: "Choose the model of an agent's next turns",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
    model: {
      type: "positional",
      required: true,
      description: "`sonnet`, `opus`, `haiku` or a full model name",
    },
  },
  completes: { agent: "agent" },
  examples: [
    ["hivectl agent model alice opus", "by alias"],
    ["hivectl agent model alice claude-sonnet-4-5", "by full name"],
  ],
  run: ({ args, show }) =>
    show(
      agentEndpoints.setModel,
      { name: args.agent, model: args.model },
      () => `"${args.agent}" uses "${args.model}" from its next turn on`,
    ),
});
