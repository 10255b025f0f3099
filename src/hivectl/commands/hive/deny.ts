/** A decision of the operator. */
import { approvalEndpoints } from "../../../wire/approvals.ts";
import { command } from "../../command.ts";
import { approvalId } from "../../options.ts";
import { printDecided } from "../../print/approvals.ts";

export const hiveDeny = command({
  noun: "",
  verb: "deny",
  summary: "Deny; the agent that asked is told",
  args: {
    id: { type: "positional", required: true, description: "The approval's id" },
    note: { type: "string", valueHint: "TEXT", description: "Kept with it, and told to the agent" },
  },
  completes: { id: "approval" },
  examples: [['hivectl deny 7 --note "Not before Monday."', "with a reason for the agent"]],
  run: ({ args, show }) =>
    show(
      approvalEndpoints.deny,
      { id: approvalId(args.id), ...(args.note === undefined ? {} : { note: args.note }) },
      ({ approval }, view) => printDecided("denied", args.id, { approval, view }),
    ),
});
