/** An operation as it goes on. */
import { command } from "../../command.ts";
import { operationId } from "../../known-ids.ts";
import { followOperation } from "./follow-operation.ts";

export const operationFollow = command({
  noun: "operation",
  verb: "follow",
  summary: "Follow an operation to its end, with its log",
  details:
    "What it said before comes first. Exits with 0 when it went well. Ctrl-C stops the watching, not the work. With --json each state is a line with the lines of the log that are new.",
  args: { id: { type: "positional", required: true, description: "Its id, or the end of it" } },
  examples: [
    ["hivectl operation follow 01JDXM3V6T0000000000000000", "for example after hivectl approve 7 --no-wait"],
  ],
  run: async (context) => {
    const code = await followOperation(context, await operationId(context, context.args.id), { log: 1 });
    if (code === 0 && !context.json) context.print("done");
    return code;
  },
});
