/** Slow work: what runs now, and what ended lately, with its log. */
import { useState } from "preact/hooks";
import { kindWords } from "../../../wire/kind-words.ts";
import type { Operation } from "../../../wire/operations.ts";
import { visible } from "../../format.ts";
import { useHive } from "../../hive.ts";
import { Age, Elapsed, Party, Section, Word } from "../../ui/bits.tsx";
import { OPERATION_TONE, OperationPane } from "../../ui/operation-pane.tsx";

const SHOWN = 8;

export function Operations() {
  const { state } = useHive();
  const operations = [...state.value.operations.values()].sort(byNewest).slice(0, SHOWN);
  if (operations.length === 0) return null;
  return (
    <Section title="operations" note="slow work, newest first">
      <ul class="operations">
        {operations.map((operation) => (
          <OperationRow key={operation.id} operation={operation} />
        ))}
      </ul>
    </Section>
  );
}

function byNewest(a: Operation, b: Operation): number {
  return b.started_at.localeCompare(a.started_at);
}

function OperationRow({ operation }: { readonly operation: Operation }) {
  const { id, kind, agent, state, step, error } = operation;
  const [open, setOpen] = useState(state === "running");
  return (
    <li class={state}>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <strong>{kindWords(kind)}</strong> {agent !== undefined && <Party name={agent} />}{" "}
          <Word tone={OPERATION_TONE[state]}>{state}</Word>{" "}
          <span class="step">{visible(state === "running" ? step : open ? "" : (error ?? ""))}</span>
          <Elapsed from={operation.started_at} to={operation.ended_at} />
          {operation.ended_at !== undefined && <Age at={operation.ended_at} />}
        </summary>
        {open && <OperationPane id={id} bare />}
      </details>
    </li>
  );
}
