/** What changed between two configurations. */
import { configEndpoints } from "../../../wire/config.ts";
import { command } from "../../command.ts";
import { printDiff } from "../../print/config.ts";

export const configDiff = command({
  noun: "config",
  verb: "diff",
  summary: "What changed from one configuration to another, or to what runs",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
    from: { type: "positional", required: true, description: "Number of a deployment, or a sha" },
    to: { type: "positional", required: false, description: "The same; what runs when left out" },
  },
  completes: { agent: "agent" },
  examples: [
    ["hivectl config diff alice 7", "everything that changed since deployment 7"],
    ["hivectl config diff alice 7 9", "between two of them"],
  ],
  run: ({ args, show }) =>
    show(
      configEndpoints.configDiff,
      { name: args.agent, from: args.from, ...(args.to === undefined ? {} : { to: args.to }) },
      printDiff,
    ),
});
