/** What the agents cost. */
import { usageEndpoints } from "../../../wire/usage.ts";
import { command } from "../../command.ts";
import { duration, wholeNumber } from "../../options.ts";
import { printTurns, printUsage } from "../../print/usage.ts";

export const hiveUsage = command({
  noun: "",
  verb: "usage",
  summary: "Tokens and money, by agent",
  args: {
    agent: { type: "positional", required: false, description: "Only of this agent" },
    since: { type: "string", valueHint: "TIME", default: "24h", description: "How far back: 90m, 24h, 7d" },
    turns: { type: "boolean", description: "Each turn instead of the sums" },
    limit: { type: "string", alias: "n", valueHint: "N", default: "5000", description: "Turns at most" },
  },
  completes: { agent: "agent" },
  examples: [
    ["hivectl usage", "the last 24 hours"],
    ["hivectl usage alice --since 7d --turns", "each turn of a week"],
  ],
  run: ({ args, show, io }) => {
    const back = duration(args.since, "--since") ?? 0;
    const input = {
      since: new Date(io.now() - back).toISOString(),
      limit: wholeNumber(args.limit, "--limit"),
      ...(args.agent === undefined ? {} : { agent: args.agent }),
    };
    return show(usageEndpoints.usage, input, (output, view) =>
      args.turns === true ? printTurns(output, view) : printUsage(output, view),
    );
  },
});
