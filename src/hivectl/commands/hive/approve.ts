/** A decision of the operator, and what comes of it. */
import { approvalEndpoints } from "../../../wire/approvals.ts";
import { stringifyJson } from "../../../wire/json.ts";
import { command } from "../../command.ts";
import { approvalId } from "../../options.ts";
import { printDecided } from "../../print/approvals.ts";
import { followOperation, WAIT } from "../operation/follow-operation.ts";

export const hiveApprove = command({
  noun: "",
  verb: "approve",
  summary: "Approve: what was asked for is done at once, and once only",
  details:
    "Waits until it is done and shows the steps and the log. Ctrl-C stops the waiting, not the work. With --json the answer names the operation to follow.",
  args: {
    id: { type: "positional", required: true, description: "The approval's id" },
    note: { type: "string", valueHint: "TEXT", description: "Kept with it" },
    ...WAIT,
  },
  completes: { id: "approval" },
  examples: [
    ["hivectl approve 7", "it is done at once; the exit code tells how it went"],
    ["hivectl approve 7 --no-wait", "and then: hivectl operation follow ID"],
  ],
  run: async (context) => {
    const { args, json } = context;
    const note = args.note === undefined ? {} : { note: args.note };
    const input = { id: approvalId(args.id), ...note };
    if (json) {
      const body = await context.transport.request(approvalEndpoints.approve, input);
      return context.print(stringifyJson(body, 2));
    }
    const { approval } = await context.ask(approvalEndpoints.approve, input);
    const id = approval?.status === "approved" && args.wait ? approval.operation_id : undefined;
    const follows = id !== undefined;
    context.print(printDecided("approved", args.id, { approval, view: context.view(), follows }));
    if (!follows) return;
    const code = await followOperation(context, id);
    if (code === 0) context.print(`#${input.id} is done`);
    return code;
  },
});
