/** Slow work as it goes on: what it does right now, how far it is, how it ended, and its log. */

import { kindWords } from "../../wire/kind-words.ts";
import type { Operation } from "../../wire/operations.ts";
import { clockTime, plural, visible } from "../format.ts";
import { useHive } from "../hive.ts";
import { logRows } from "../operation-log.ts";
import { Elapsed, Word } from "./bits.tsx";
import { FollowingLog } from "./following-log.tsx";
import { useOperation } from "./use-operation.ts";

export const OPERATION_TONE = { running: "busy", done: "good", failed: "bad" } as const;

interface PaneProps {
  readonly id: string;
  /** Its head is drawn already by who shows it. */
  readonly bare?: boolean;
}

export function OperationPane({ id, bare = false }: PaneProps) {
  const known = useHive().state.value.operations.get(id);
  const { operation: watched, lines } = useOperation(id);
  // The timeline may be ahead of a watch that has not begun, never behind its end.
  const operation = watched === undefined || known?.state === "failed" ? (known ?? watched) : watched;
  if (operation === undefined) return <p class="dim">asking the hive…</p>;
  return (
    <div class={`operation ${operation.state}`} data-operation={id}>
      {!bare && <OperationHead operation={operation} />}
      <OperationState operation={operation} />
      <FollowingLog
        label={`log: ${kindWords(operation.kind)} ${operation.agent ?? ""}`.trim()}
        count={lines.length}
        running={operation.state === "running"}
      >
        {logRows(lines).map((row) =>
          "missing" in row ? (
            <li key={row.n} class="left-out">
              … {plural(row.missing, "line")} left out
            </li>
          ) : (
            <li key={row.n}>
              <time>{clockTime(row.at)}</time> {visible(row.line)}
            </li>
          ),
        )}
      </FollowingLog>
    </div>
  );
}

function OperationHead({ operation }: { readonly operation: Operation }) {
  const { state, started_at, ended_at } = operation;
  return (
    <p class="operation-head">
      <Word tone={OPERATION_TONE[state]}>{state}</Word>
      <span class="step" role="status">
        {state === "running" ? visible(operation.step) : ""}
      </span>
      <Elapsed from={started_at} to={ended_at} />
    </p>
  );
}

function OperationState({ operation }: { readonly operation: Operation }) {
  const { state, step, progress, error, hint } = operation;
  if (state === "running") return <progress value={progress} max={1} aria-label={visible(step)} />;
  if (state === "done") return null;
  return (
    <div role="alert">
      <p class="refusal">{visible(error ?? "no reason is known")}</p>
      {hint !== undefined && <p class="dim">next: {visible(hint)}</p>}
    </div>
  );
}
