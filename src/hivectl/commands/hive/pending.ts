/** What waits for a decision. */
import { approvalEndpoints } from "../../../wire/approvals.ts";
import { command } from "../../command.ts";
import { printApprovals } from "../../print/approvals.ts";

export const hivePending = command({
  noun: "",
  verb: "pending",
  summary: "Approvals that wait for your decision",
  args: { all: { type: "boolean", alias: "a", description: "Also the resolved ones" } },
  examples: [
    ["hivectl pending", "then: hivectl approve ID, or hivectl deny ID"],
    ["hivectl pending --all", "with what was decided, and how it went"],
  ],
  run: ({ args, show }) =>
    show(approvalEndpoints.pending, args.all === true ? { all: true } : {}, ({ approvals }, view) =>
      printApprovals(approvals, view),
    ),
});
