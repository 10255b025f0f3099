/** What ran, and what runs. */
import { configEndpoints } from "../../../wire/config.ts";
import { command } from "../../command.ts";
import { printDeployments } from "../../print/config.ts";

export const configLog = command({
  noun: "config",
  verb: "log",
  summary: "Deployments of an agent's configuration, newest first",
  args: { agent: { type: "positional", required: true, description: "Its name" } },
  completes: { agent: "agent" },
  examples: [["hivectl config log alice", "the numbers are what show, diff and rollback take"]],
  run: ({ args, show }) =>
    show(configEndpoints.configLog, { name: args.agent }, ({ deployments }, view) =>
      printDeployments(deployments, view),
    ),
});
