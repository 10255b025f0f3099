/** What an agent was told, said and did, up to now. */
import { journalEndpoints } from "../../../wire/journal.ts";
import { command } from "../../command.ts";
import { wholeNumber } from "../../options.ts";
import { createTranscriptPrinter } from "../../print/transcript.ts";

export const agentTranscript = command({
  noun: "agent",
  verb: "transcript",
  summary: "An agent's transcript up to now; hivectl agent watch goes on",
  args: {
    agent: { type: "positional", required: true, description: "Its name" },
    limit: { type: "string", alias: "n", valueHint: "N", default: "200", description: "Events, to 1000" },
    thinking: { type: "boolean", alias: "t", description: "Also what the model thinks" },
  },
  completes: { agent: "agent" },
  examples: [
    ["hivectl agent transcript alice", "the newest events, oldest first"],
    ["hivectl agent alice transcript -n 1000 | less", "more of them; the name may come first"],
  ],
  run: ({ args, show }) =>
    show(
      journalEndpoints.journal,
      { name: args.agent, limit: wholeNumber(args.limit, "--limit") },
      ({ events }, view) => {
        const printer = createTranscriptPrinter(view, {
          agent: args.agent,
          thinking: args.thinking === true,
        });
        const lines = events.flatMap((event) => printer({ type: "event", event }) ?? []);
        return lines.length === 0 ? "nothing has happened yet" : lines.join("\n");
      },
    ),
});
