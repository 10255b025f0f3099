/** One approval in full: for a configuration, every line that would change. */
import { approvalEndpoints } from "../../../wire/approvals.ts";
import { command } from "../../command.ts";
import { approvalId } from "../../options.ts";
import { printApprovalDiff } from "../../print/approvals.ts";

export const approvalShow = command({
  noun: "approval",
  verb: "show",
  summary: "One approval, with every line it would change",
  args: { id: { type: "positional", required: true, description: "The approval's id" } },
  completes: { id: "approval" },
  examples: [["hivectl approval show 7", "look before hivectl approve 7"]],
  run: ({ args, show }) =>
    show(approvalEndpoints.approvalDiff, { id: approvalId(args.id) }, printApprovalDiff),
});
