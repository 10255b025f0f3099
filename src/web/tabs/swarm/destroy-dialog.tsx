/** Asks once, and says what stays. */
import { useState } from "preact/hooks";
import { agentEndpoints } from "../../../wire/agents.ts";
import { useHive } from "../../hive.ts";
import { Action } from "../../ui/action.tsx";
import { Dialog } from "../../ui/dialog.tsx";

export function DestroyDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const hive = useHive();
  const [purge, setPurge] = useState(false);
  const destroy = async (): Promise<string> => {
    await hive.call(agentEndpoints.destroy, { name, purge });
    onClose();
    return `${name} is being removed`;
  };
  return (
    <Dialog title={`destroy ${name}`} onClose={onClose}>
      <div class="form">
        <p>
          {name} is stopped and leaves the hive. its login and its files{" "}
          {purge ? <strong class="bad-text">are wiped as well</strong> : "stay on disk"}.
        </p>
        <label class="check">
          <input
            type="checkbox"
            checked={purge}
            onChange={(event) => setPurge(event.currentTarget.checked)}
          />
          also wipe its login and its state directory
        </label>
        <div class="form-foot">
          <button type="button" class="button quiet" onClick={onClose}>
            keep it
          </button>
          <Action work={destroy} weight="danger">
            destroy {name}
          </Action>
        </div>
      </div>
    </Dialog>
  );
}
