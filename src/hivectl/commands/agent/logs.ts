/** What an agent's harness wrote to its log. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { command } from "../../command.ts";
import { wholeNumber } from "../../options.ts";
import { clean } from "../../print/clean.ts";

export const agentLogs = command({
  noun: "agent",
  verb: "logs",
  summary: "The last lines of an agent's log",
  details: "The log of the program around claude. What claude says and does: hivectl agent watch.",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
    lines: { type: "string", alias: "n", valueHint: "N", default: "200", description: "How many, to 5000" },
  },
  completes: { agent: "agent" },
  examples: [["hivectl agent logs alice -n 50", "the last 50 lines"]],
  run: ({ args, show }) =>
    show(
      agentEndpoints.agentLogs,
      { name: args.agent, lines: wholeNumber(args.lines, "--lines") ?? 200 },
      ({ lines }) => (lines.length === 0 ? "the log is empty" : clean(lines.join("\n"))),
    ),
});
