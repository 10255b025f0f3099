/** One answered thing: what, how, by whom, when. */
import { useState } from "preact/hooks";
import { deciderWords } from "../../../wire/decider.ts";
import { oneLine, visible } from "../../format.ts";
import type { Settled } from "../../inbox-view.ts";
import { Age, Party } from "../../ui/bits.tsx";
import { OperationPane } from "../../ui/operation-pane.tsx";

export function SettledRow({ item }: { readonly item: Settled }) {
  const [open, setOpen] = useState(false);
  if (item.kind === "approval") {
    const { approval } = item;
    const good = approval.status === "approved";
    return (
      <li data-place={item.key} tabIndex={-1}>
        <span class={good ? "sign good-text" : "sign dim"}>{good ? "✓" : "✗"}</span>
        <span class="grow">
          {oneLine(approval.description ?? approval.kind.replaceAll("_", " "), 90)}{" "}
          <span class="dim">
            of <Party name={approval.agent} />
          </span>{" "}
          → {approval.status}
          {approval.resolved_by !== undefined && (
            <span class="dim"> by {visible(deciderWords(approval.resolved_by))}</span>
          )}
          {approval.note !== undefined && <span class="dim"> · {oneLine(approval.note, 80)}</span>}
        </span>
        {approval.operation_id !== undefined && (
          <button
            type="button"
            class="button quiet"
            aria-expanded={open}
            aria-label={`log of #${approval.id}`}
            onClick={() => setOpen(!open)}
          >
            log
          </button>
        )}
        <Age at={item.at} />
        {open && approval.operation_id !== undefined && <OperationPane id={approval.operation_id} />}
      </li>
    );
  }
  const { question } = item;
  return (
    <li data-place={item.key} tabIndex={-1}>
      <span class={question.state === "answered" ? "sign good-text" : "sign dim"}>
        {question.state === "answered" ? "✓" : "–"}
      </span>
      <span class="grow">
        <Party name={question.from} /> <span class="dim">{oneLine(question.question, 90)}</span> →{" "}
        {question.state === "answered" ? oneLine(question.answer ?? "", 80) : question.state}
        {question.answered_by !== undefined && (
          <span class="dim">
            {" "}
            · by <Party name={question.answered_by} />
          </span>
        )}
      </span>
      <Age at={item.at} />
    </li>
  );
}
