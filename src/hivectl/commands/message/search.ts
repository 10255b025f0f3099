/** Full-text search. */
import { messageEndpoints } from "../../../wire/messages.ts";
import { command } from "../../command.ts";
import { wholeNumber } from "../../options.ts";
import { printHits } from "../../print/messages.ts";

export const messageSearch = command({
  noun: "message",
  verb: "search",
  summary: "Search messages and what the agents did, best first",
  details: 'All words must occur; "two words" in double quotes are a phrase, a trailing * finds beginnings.',
  args: {
    limit: { type: "string", alias: "n", valueHint: "N", default: "20", description: "How many, to 200" },
  },
  rest: { name: "words", description: "What to look for", required: true },
  examples: [
    ["hivectl message search migration order", "both words"],
    ["hivectl message search 'deploy*'", "deploy, deployed, deployment"],
  ],
  run: ({ args, rest, show }) =>
    show(
      messageEndpoints.searchMessages,
      { query: rest.join(" "), limit: wholeNumber(args.limit, "--limit") },
      ({ hits }, view) => printHits(hits, view),
    ),
});
