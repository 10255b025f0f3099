/** Messages at a glance. */

import { HiveError } from "../../../wire/hive-error.ts";
import { MessageState, messageEndpoints } from "../../../wire/messages.ts";
import { command } from "../../command.ts";
import { wholeNumber } from "../../options.ts";
import { printMessages } from "../../print/messages.ts";

export const messageList = command({
  noun: "message",
  verb: "list",
  summary: "Messages, newest last",
  args: {
    party: { type: "positional", required: false, description: "Only from or to this agent, or `operator`" },
    with: { type: "string", valueHint: "NAME", description: "Only between the two" },
    state: { type: "enum", options: MessageState.options, description: "Only in this state" },
    before: { type: "string", valueHint: "ID", description: "Only older than this one" },
    limit: { type: "string", alias: "n", valueHint: "N", default: "20", description: "How many, to 500" },
  },
  completes: { party: "agent", with: "agent" },
  examples: [
    ["hivectl message list", "the newest 20"],
    ["hivectl message list alice --with bob", "what they say to each other"],
    ["hivectl message list operator --state queued", "what nobody has read to you"],
  ],
  run: ({ args, show }) => {
    if (args.with !== undefined && args.party === undefined) {
      throw new HiveError("invalid", '"--with" needs a first party', {
        hint: `hivectl message list NAME --with ${args.with}`,
      });
    }
    const input = {
      limit: wholeNumber(args.limit, "--limit"),
      ...(args.party === undefined ? {} : { party: args.party }),
      ...(args.with === undefined ? {} : { with: args.with }),
      ...(args.state === undefined ? {} : { state: MessageState.parse(args.state) }),
      ...(args.before === undefined ? {} : { before: args.before }),
    };
    return show(messageEndpoints.messages, input, (output, view) => printMessages(output, view));
  },
});
