/** One operation with its log. */
import { operationEndpoints } from "../../../wire/operations.ts";
import { command } from "../../command.ts";
import { operationId } from "../../known-ids.ts";
import { printOperation } from "../../print/operations.ts";

export const operationShow = command({
  noun: "operation",
  verb: "show",
  summary: "One operation with its log",
  args: { id: { type: "positional", required: true, description: "Its id, or the end of it" } },
  examples: [["hivectl operation show 01JDXM3V6T0000000000000000", "each step with its time"]],
  run: async (context) => {
    const id = await operationId(context, context.args.id);
    await context.show(operationEndpoints.operation, { id }, ({ operation }, view) =>
      printOperation(operation, view),
    );
  },
});
