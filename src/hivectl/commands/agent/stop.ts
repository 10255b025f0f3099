/** Stop agents; their messages stay and wait. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { command } from "../../command.ts";
import { agentScope, printReached } from "./scope.ts";

export const agentStop = command({
  noun: "agent",
  verb: "stop",
  summary: "Stop agents; their messages stay and wait",
  args: {
    all: { type: "boolean", description: "Every agent of the hive" },
    now: { type: "boolean", description: "Do not let the running turn finish" },
  },
  rest: { name: "agent", description: "Names", completes: "agent" },
  examples: [
    ["hivectl agent stop alice", "after its running turn, within a bound"],
    ["hivectl agent stop alice --now", "cut the turn"],
    ["hivectl agent stop --all", "every agent of the hive"],
  ],
  run: async ({ args, rest, show }) => {
    const scope = agentScope(rest, args.all === true, "stop");
    await show(agentEndpoints.stop, { ...scope, graceful: args.now !== true }, ({ agent_names }) =>
      printReached("stopped", agent_names),
    );
  },
});
