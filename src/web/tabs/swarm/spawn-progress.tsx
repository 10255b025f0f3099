/** How the creation of an agent goes, and what to do when it is over. */
import { useEffect, useRef } from "preact/hooks";
import { useHive } from "../../hive.ts";
import { OperationPane } from "../../ui/operation-pane.tsx";

interface ProgressProps {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
  readonly onBack: () => void;
}

export function SpawnProgress({ id, name, onClose, onBack }: ProgressProps) {
  const hive = useHive();
  const state = hive.state.value.operations.get(id)?.state ?? "running";
  const next = useRef<HTMLButtonElement>(null);
  useEffect(() => next.current?.focus(), [state]);
  useEffect(() => {
    if (state !== "done") return;
    hive.draft("spawn").sent();
    hive.draft("spawn-persona").sent();
  }, [state, hive]);
  return (
    <div class="form">
      <OperationPane id={id} />
      {state === "done" && <p class="good-text">{name} runs.</p>}
      <div class="form-foot">
        {state === "failed" && (
          <button type="button" class="button quiet" onClick={onClose}>
            leave it
          </button>
        )}
        {state === "done" && (
          <button type="button" class="button quiet" onClick={onClose}>
            close
          </button>
        )}
        <button
          type="button"
          class={`button ${state === "running" ? "plain" : "strong"}`}
          ref={next}
          onClick={() => {
            if (state === "failed") return onBack();
            onClose();
            if (state === "done") hive.go({ page: "agent", name });
          }}
        >
          {{ running: "close; it goes on", done: `open ${name}`, failed: "change it and try again" }[state]}
        </button>
      </div>
    </div>
  );
}
