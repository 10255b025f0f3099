/** Slow work: what runs now, and what ended lately, with its log. */
import type { Operation } from "../../../wire/operations.ts";
import { clockTime } from "../../format.ts";
import { useHive } from "../../hive.ts";
import { Age, Party, Section, Word } from "../../ui/bits.tsx";

const SHOWN = 8;
const TONE = { running: "busy", done: "good", failed: "bad" } as const;

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
  const { kind, agent, state, step, error, hint, progress } = operation;
  return (
    <li class={state}>
      <details open={state === "running" ? true : undefined}>
        <summary>
          <strong>{kind}</strong> {agent !== undefined && <Party name={agent} />}{" "}
          <Word tone={TONE[state]}>{state}</Word>{" "}
          <span class="step">{error ?? (state === "running" ? step : "")}</span>
          <Age at={operation.ended_at ?? operation.started_at} />
        </summary>
        {state === "running" && <progress value={progress} max={1} aria-label={step} />}
        {hint !== undefined && (
          <p class="dim">
            next: <code>{hint}</code>
          </p>
        )}
        <ol class="op-log">
          {operation.log.map((line) => (
            <li key={`${line.at}${line.line}`}>
              <time>{clockTime(line.at)}</time> {line.line}
            </li>
          ))}
        </ol>
      </details>
    </li>
  );
}
