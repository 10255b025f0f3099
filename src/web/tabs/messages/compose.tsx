/** Write as the operator: to one agent or to all. */
import { useState } from "preact/hooks";
import { messageEndpoints } from "../../../wire/messages.ts";
import { useHive } from "../../hive.ts";
import { Composer } from "../../ui/composer.tsx";

interface ComposeProps {
  readonly names: readonly string[];
  /** Fixed recipient; otherwise a picker. */
  readonly to?: string;
}

export function Compose({ names, to }: ComposeProps) {
  const hive = useHive();
  const [picked, setPicked] = useState("");
  const [urgent, setUrgent] = useState(false);
  const recipient = to ?? (picked === "" ? (names[0] ?? "") : picked);
  const draft = hive.draft(to === undefined ? "compose" : `to-${to}`);
  const send = async (body: string): Promise<string> => {
    const { ids } = await hive.call(messageEndpoints.send, {
      to: recipient,
      body,
      priority: urgent ? "urgent" : "normal",
      idempotency_key: draft.key(),
    });
    setUrgent(false);
    return recipient === "all" ? `stored for ${ids.length} agents` : `stored for ${recipient}`;
  };
  return (
    <Composer
      draft={draft}
      label={`message to ${recipient}`}
      placeholder={recipient === "" ? "spawn an agent first" : `write to ${recipient}`}
      disabled={recipient === ""}
      send={send}
      tools={
        <>
          {to === undefined && names.length > 0 && (
            <select
              aria-label="recipient"
              value={recipient}
              onChange={(event) => setPicked(event.currentTarget.value)}
            >
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
              {names.length > 1 && <option value="all">all ({names.length})</option>}
            </select>
          )}
          <UrgentToggle on={urgent} onChange={setUrgent} />
        </>
      }
    />
  );
}

export function UrgentToggle({
  on,
  onChange,
}: {
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}) {
  return (
    <label class="check" title="joins a running turn at the next tool instead of waiting for its end">
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.currentTarget.checked)} />
      urgent
    </label>
  );
}
