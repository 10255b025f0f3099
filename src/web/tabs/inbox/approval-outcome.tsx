/** What became of an approval: its operation with the log, and what it was about. */
import type { Approval } from "../../../wire/approvals.ts";
import { deciderWords } from "../../../wire/decider.ts";
import { kindWords } from "../../../wire/kind-words.ts";
import { visible } from "../../format.ts";
import { Age, Party } from "../../ui/bits.tsx";
import { OperationPane } from "../../ui/operation-pane.tsx";

export function ApprovalOutcome({ approval }: { readonly approval: Approval }) {
  return (
    <>
      <header>
        <span class="kind">approved</span>
        <strong>{kindWords(approval.kind)}</strong>
        <span class="dim">
          asked by <Party name={approval.agent} />
          {approval.resolved_at !== undefined && (
            <>
              {" "}
              · approved <Age at={approval.resolved_at} />
              {approval.resolved_by !== undefined && <> by {visible(deciderWords(approval.resolved_by))}</>}
            </>
          )}{" "}
          · #{String(approval.id)}
        </span>
      </header>
      {approval.description !== undefined && <p class="ask">{visible(approval.description)}</p>}
      {approval.operation_id !== undefined && <OperationPane id={approval.operation_id} />}
    </>
  );
}
