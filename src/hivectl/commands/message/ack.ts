/** What the operator has read. */
import { messageEndpoints } from "../../../wire/messages.ts";
import { command } from "../../command.ts";
import { messageId } from "../../known-ids.ts";
import { plural } from "../../print/view.ts";

export const messageAck = command({
  noun: "message",
  verb: "ack",
  summary: "Mark messages to you as read and handled",
  args: {},
  rest: { name: "id", description: "Their ids, or the ends of them", required: true },
  examples: [["hivectl message ack 01JDXM3V6T0000000000000000", "its sender sees it handled"]],
  run: async (context) => {
    const ids = await Promise.all(context.rest.map((id) => messageId(context, id)));
    await context.show(
      messageEndpoints.acknowledge,
      { ids },
      ({ acknowledged }) => `acknowledged ${plural(acknowledged, "message")}`,
    );
  },
});
