/** Start agents. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { command } from "../../command.ts";
import { agentScope, printReached } from "./scope.ts";

export const agentStart = command({
  noun: "agent",
  verb: "start",
  summary: "Start agents",
  args: {
    all: { type: "boolean", description: "Every agent of the hive" },
  },
  rest: { name: "agent", description: "Names", completes: "agent" },
  examples: [
    ["hivectl agent start alice bob", "one that runs already stays as it is"],
    ["hivectl agent start --all", "every agent of the hive"],
  ],
  run: async ({ args, rest, show }) => {
    const scope = agentScope(rest, args.all === true, "start");
    await show(agentEndpoints.start, scope, ({ agent_names }) => printReached("started", agent_names));
  },
});
