/** Interrupt, pause, stop, compact, new session; at the agent's own port only what it can do there. */
import { useState } from "preact/hooks";
import { type AgentRow, agentEndpoints } from "../../wire/agents.ts";
import { harnessEndpoints } from "../../wire/journal.ts";
import { actionsFor } from "../agent-actions.ts";
import { useHive } from "../hive.ts";
import { Action } from "../ui/action.tsx";
import { Dialog } from "../ui/dialog.tsx";
import type { Journal } from "./journal.ts";

interface ControlsProps {
  readonly name: string;
  readonly row: AgentRow | undefined;
  readonly journal: Journal;
}

export function Controls({ name, row, journal }: ControlsProps) {
  const hive = useHive();
  if (hive.mode === "harness") return <Cut journal={journal} />;
  if (row === undefined) return null;
  return (
    <div class="actions">
      {actionsFor(hive, row).map((action) => (
        <Action
          key={action.name}
          work={action.work}
          title={action.title}
          weight={action.name === "start" || action.name === "resume" ? "strong" : "plain"}
        >
          {action.name}
        </Action>
      ))}
      <Action
        title="summarise the conversation to free context"
        disabled={!row.connected}
        work={async () => {
          await hive.call(agentEndpoints.compact, { name });
          return `${name} compacts when it is next idle`;
        }}
      >
        compact
      </Action>
      <NewSession name={name} />
    </div>
  );
}

function Cut({ journal }: { readonly journal: Journal }) {
  const hive = useHive();
  const busy = journal.info.value?.state.kind === "turn";
  return (
    <div class="actions">
      <Action
        disabled={!busy}
        work={async () => {
          const { interrupted } = await hive.call(harnessEndpoints.cancel, {});
          return interrupted ? "the turn was cut" : "it was in no turn";
        }}
      >
        interrupt
      </Action>
    </div>
  );
}

/** The conversation is gone from its mind afterwards: asked once. */
function NewSession({ name }: { readonly name: string }) {
  const hive = useHive();
  const [asking, setAsking] = useState(false);
  const close = (): void => setAsking(false);
  return (
    <>
      <button type="button" class="button plain" onClick={() => setAsking(true)}>
        new session…
      </button>
      {asking && (
        <Dialog title={`new session for ${name}`} onClose={close}>
          <div class="form">
            <p>
              the next turn begins with an empty conversation. its files, todos and messages stay, and the old
              conversation stays on disk.
            </p>
            <div class="form-foot">
              <button type="button" class="button quiet" onClick={close}>
                keep talking
              </button>
              <Action
                weight="danger"
                work={async () => {
                  await hive.call(agentEndpoints.newSession, { name });
                  close();
                  return `${name} begins anew with its next turn`;
                }}
              >
                begin anew
              </Action>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}
