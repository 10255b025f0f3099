/** A decision of the operator. */
import { approvalEndpoints } from "../../../wire/approvals.ts";
import { command } from "../../command.ts";
import { approvalId } from "../../options.ts";
import { printDecided } from "../../print/approvals.ts";

export const hiveApprove = command({
  noun: "",
  verb: "approve",
  summary: "Approve: what was asked for is done at once, and once only",
  args: {
    id: { type: "positional", required: true, description: "The approval's id" },
    note: { type: "string", valueHint: "TEXT", description: "Kept with it" },
  },
  examples: [["hivectl approve 7", "it is done at once"]],
  run: ({ args, show }) =>
    show(
      approvalEndpoints.approve,
      { id: approvalId(args.id), ...(args.note === undefined ? {} : { note: args.note }) },
      ({ approval }, view) => printDecided("approved", args.id, { approval, view }),
    ),
});
