/** Asks once, names what it changes, and then shows how it goes. */
import { useState } from "preact/hooks";
import { configEndpoints, type DeploymentRow } from "../../../wire/config.ts";
import { visible } from "../../format.ts";
import { useHive } from "../../hive.ts";
import { Submit } from "../../ui/action.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { OperationPane } from "../../ui/operation-pane.tsx";
import { Refusal, useSubmit } from "../../ui/refusal.tsx";
import { ConfigChange } from "./config-change.tsx";

interface RollbackProps {
  readonly agent: string;
  readonly to: DeploymentRow;
  readonly current: DeploymentRow | undefined;
  readonly onClose: () => void;
}

export function RollbackDialog({ agent, to, current, onClose }: RollbackProps) {
  const [operation, setOperation] = useState<string | undefined>(undefined);
  return (
    <Dialog title={`roll ${agent} back to #${to.id}`} onClose={onClose}>
      {operation === undefined ? (
        <Question {...{ agent, to, current, onClose }} onStarted={setOperation} />
      ) : (
        <div class="form">
          <OperationPane id={operation} />
          <div class="form-foot">
            <button type="button" class="button plain" onClick={onClose}>
              close
            </button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

interface QuestionProps extends RollbackProps {
  readonly onStarted: (operation: string) => void;
}

function Question({ agent, to, current, onClose, onStarted }: QuestionProps) {
  const hive = useHive();
  const { busy, error, submit } = useSubmit(async () => {
    const { operation_id } = await hive.call(configEndpoints.configRollback, { name: agent, to: to.id });
    onStarted(operation_id);
  });
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {current !== undefined && (
        <p>
          now runs <strong>#{String(current.id)}</strong> {visible(current.subject)}
        </p>
      )}
      <p>
        <strong>#{String(to.id)}</strong> {visible(to.subject)} is deployed again, as a deployment of its own.
        this is what it changes:
      </p>
      <ConfigChange agent={agent} from="current" to={`deployed/${to.id}`} />
      <Refusal error={error} />
      <div class="form-foot">
        <button type="button" class="button quiet" onClick={onClose}>
          leave it
        </button>
        <Submit busy={busy} weight="danger">
          roll back to #{String(to.id)}
        </Submit>
      </div>
    </form>
  );
}
