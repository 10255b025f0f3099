/** An operation as it goes on. */
import { command } from "../../command.ts";
import { operationId } from "../../known-ids.ts";
import { followOperation } from "./follow.ts";

export const operationWatch = command({
  noun: "operation",
  verb: "watch",
  summary: "Follow an operation to its end",
  details: "Exits with 0 when it went well. Ctrl-C stops the watching, not the work.",
  args: { id: { type: "positional", required: true, description: "Its id, or the end of it" } },
  examples: [
    ["hivectl operation watch 01JDXM3V6T0000000000000000", "for example after agent spawn --detach"],
  ],
  run: async (context) => {
    const code = await followOperation(context, await operationId(context, context.args.id));
    if (code === 0 && !context.json) context.print("done");
    return code;
  },
});
