/** One request for a configuration: how it ended, what has changed since, its log, and the way back to it. */
import { useState } from "preact/hooks";
import type { DeploymentRow } from "../../../wire/config.ts";
import type { Tone } from "../../agent-view.ts";
import { visible } from "../../format.ts";
import { Age, Word } from "../../ui/bits.tsx";
import { OperationPane } from "../../ui/operation-pane.tsx";
import { ConfigChange } from "./config-change.tsx";

interface DeploymentProps {
  readonly agent: string;
  readonly deployment: DeploymentRow;
  readonly current: DeploymentRow | undefined;
  readonly onRollback: () => void;
}

const TONES = {
  proposed: "off",
  deploying: "busy",
  deployed: "calm",
  failed: "bad",
} as const satisfies Record<DeploymentRow["result"], Tone>;

type Open = "change" | "log" | undefined;

export function Deployment({ agent, deployment, current, onRollback }: DeploymentProps) {
  const { id, sha, subject, result, reason, operation_id } = deployment;
  const [open, setOpen] = useState<Open>(undefined);
  const toggle = (what: Open): void => setOpen(open === what ? undefined : what);
  // A proposal that waits, was denied or was taken back.
  const word = deployment.current ? "runs" : result === "proposed" ? (deployment.status ?? result) : result;
  const at = deployment.tags.at(-1)?.at;
  const compares = result === "deployed" && !deployment.current && current !== undefined;
  return (
    <li class={`deployment ${deployment.current ? "current" : result}`} data-deployment={String(id)}>
      <p class="deployment-head">
        <strong>#{String(id)}</strong>
        <Word tone={deployment.current ? "good" : TONES[result]}>{word}</Word>
        <span class="subject">{visible(subject)}</span>
        <code class="dim">{sha.slice(0, 12)}</code>
        {at !== undefined && <Age at={at} />}
      </p>
      {reason !== undefined && <p class="refusal">{visible(reason)}</p>}
      <div class="actions">
        {compares && (
          <Toggle open={open === "change"} label={`changes since #${id}`} onToggle={() => toggle("change")} />
        )}
        {operation_id !== undefined && (
          <Toggle open={open === "log"} label={`log of #${id}`} onToggle={() => toggle("log")} />
        )}
        {compares && (
          <button type="button" class="button plain" onClick={onRollback}>
            roll back to #{String(id)}…
          </button>
        )}
      </div>
      {open === "change" && <ConfigChange agent={agent} from={`deployed/${id}`} to="current" />}
      {open === "log" && operation_id !== undefined && <OperationPane id={operation_id} />}
    </li>
  );
}

interface ToggleProps {
  readonly open: boolean;
  readonly label: string;
  readonly onToggle: () => void;
}

function Toggle({ open, label, onToggle }: ToggleProps) {
  return (
    <button type="button" class="button plain" aria-expanded={open} onClick={onToggle}>
      {open ? "▾" : "▸"} {label}
    </button>
  );
}
