/** Operations at a glance. */
import { operationEndpoints } from "../../../wire/operations.ts";
import { command } from "../../command.ts";
import { wholeNumber } from "../../options.ts";
import { printOperations } from "../../print/operations.ts";

export const operationList = command({
  noun: "operation",
  verb: "list",
  summary: "Operations, newest first",
  args: {
    limit: { type: "string", alias: "n", valueHint: "N", default: "20", description: "How many, to 200" },
  },
  examples: [["hivectl operation list", "what is under way and what went wrong"]],
  run: ({ args, show }) =>
    show(
      operationEndpoints.operations,
      { limit: wholeNumber(args.limit, "--limit") },
      ({ operations }, view) => printOperations(operations, view),
    ),
});
