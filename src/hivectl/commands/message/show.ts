/** One message, whole. */
import { messageEndpoints } from "../../../wire/messages.ts";
import { command } from "../../command.ts";
import { messageId } from "../../known-ids.ts";
import { printMessageFacts } from "../../print/messages.ts";

export const messageShow = command({
  noun: "message",
  verb: "show",
  summary: "One message with its text and each step of its delivery",
  args: { id: { type: "positional", required: true, description: "Its id, or the end of it" } },
  examples: [["hivectl message show 01JDXM3V6T0000000000000000", "when was it read, and by which turn"]],
  run: async (context) => {
    const id = await messageId(context, context.args.id);
    await context.show(messageEndpoints.message, { id }, ({ message }, view) =>
      printMessageFacts(message, view),
    );
  },
});
