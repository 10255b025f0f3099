/** One configuration. */
import { configEndpoints } from "../../../wire/config.ts";
import { command } from "../../command.ts";
import { printConfig } from "../../print/config.ts";

export const configShow = command({
  noun: "config",
  verb: "show",
  summary: "The configuration that runs, or an older one",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
    ref: { type: "positional", required: false, description: "Number of a deployment, or a sha" },
  },
  completes: { agent: "agent" },
  examples: [
    ["hivectl config show alice", "what runs"],
    ["hivectl config show alice 7", "as deployment 7 had it"],
  ],
  run: ({ args, show }) =>
    show(
      configEndpoints.configShow,
      { name: args.agent, ...(args.ref === undefined ? {} : { ref: args.ref }) },
      printConfig,
    ),
});
