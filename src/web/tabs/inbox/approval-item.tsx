/** An approval with everything that would be done. */
import { useState } from "preact/hooks";
import { chosenFields } from "../../../wire/agent-config.ts";
import type { Approval } from "../../../wire/approvals.ts";
import { visible } from "../../format.ts";
import { Action } from "../../ui/action.tsx";
import { Age, Party } from "../../ui/bits.tsx";

interface ApprovalProps {
  readonly approval: Approval;
  readonly onDecide: (approved: boolean, note: string) => Promise<string>;
}

export function ApprovalItem({ approval, onDecide }: ApprovalProps) {
  const [note, setNote] = useState("");
  return (
    <>
      <header>
        <span class="kind">approve?</span>
        <strong>{KIND_WORDS[approval.kind] ?? approval.kind.replaceAll("_", " ")}</strong>
        <span class="dim">
          asked by <Party name={approval.agent} /> <Age at={approval.requested_at} /> · #{String(approval.id)}
        </span>
      </header>
      {approval.description !== undefined && <p class="ask">{visible(approval.description)}</p>}
      <Payload approval={approval} />
      <div class="answer-row">
        <input
          aria-label="note to the agent"
          placeholder="note (optional)"
          value={note}
          maxLength={2000}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
        <Action work={() => onDecide(false, note)} weight="plain">
          deny
        </Action>
        <Action work={() => onDecide(true, note)} weight={approval.kind === "destroy" ? "danger" : "strong"}>
          approve
        </Action>
      </div>
    </>
  );
}

const KIND_WORDS: Readonly<Record<string, string>> = { schedule_prompt: "schedule" };

function Payload({ approval }: { readonly approval: Approval }) {
  const entries = Object.entries(approval.payload ?? {})
    .flatMap((entry) => (entry[0] === "config" ? chosenFields(entry[1]) : [entry]))
    .filter(([, value]) => value !== undefined);
  if (approval.commit_ref !== "") entries.unshift(["ref", approval.commit_ref]);
  if (entries.length === 0) return null;
  return (
    <dl class="payload">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name.replaceAll("_", " ")}</dt>
          <dd>{show(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function show(value: unknown): string {
  return visible(typeof value === "string" ? value : JSON.stringify(value, null, 2));
}
