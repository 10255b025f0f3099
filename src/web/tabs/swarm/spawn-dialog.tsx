/** A new agent: name, model, first message. */
import { useState } from "preact/hooks";
import { agentEndpoints } from "../../../wire/agents.ts";
import { AGENT_NAME_RULE, Effort, isAgentName } from "../../../wire/ids.ts";
import { useHive } from "../../hive.ts";
import { Submit, useAction } from "../../ui/action.tsx";
import { Dialog } from "../../ui/dialog.tsx";

export const MODELS = ["opus", "sonnet", "haiku"] as const;

export function SpawnDialog({ onClose }: { readonly onClose: () => void }) {
  const hive = useHive();
  const [name, setName] = useState("");
  const [model, setModel] = useState("");
  const [effort, setEffort] = useState("");
  const draft = hive.draft("spawn");
  const prompt = draft.text.value.trim();
  const taken = hive.state.value.agents.has(name);
  const wrong = name !== "" && !isAgentName(name);
  const { busy, run } = useAction(async () => {
    const config = {
      ...(model === "" ? {} : { model }),
      ...(effort === "" ? {} : { effort: Effort.parse(effort) }),
    };
    await hive.call(agentEndpoints.spawn, { name, config, ...(prompt === "" ? {} : { prompt }) });
    draft.sent();
    onClose();
    return `${name} is being created`;
  });
  return (
    <Dialog title="spawn an agent" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <label>
          name
          <input
            value={name}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            maxLength={31}
            aria-invalid={wrong || taken}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        {(wrong || taken) && (
          <p class="refusal" role="alert">
            {taken ? `there is a "${name}" already` : AGENT_NAME_RULE}
          </p>
        )}
        <Choices model={model} effort={effort} onModel={setModel} onEffort={setEffort} />
        <label>
          <span>first message (optional)</span>
          <textarea
            rows={4}
            value={draft.text.value}
            onInput={(event) => {
              draft.text.value = event.currentTarget.value;
            }}
          />
        </label>
        <div class="form-foot">
          <button type="button" class="button quiet" onClick={onClose}>
            cancel
          </button>
          <Submit busy={busy} disabled={!isAgentName(name) || taken}>
            spawn
          </Submit>
        </div>
      </form>
    </Dialog>
  );
}

interface ChoicesProps {
  readonly model: string;
  readonly effort: string;
  readonly onModel: (model: string) => void;
  readonly onEffort: (effort: string) => void;
}

function Choices({ model, effort, onModel, onEffort }: ChoicesProps) {
  return (
    <div class="pair">
      <label>
        model
        <select value={model} onChange={(event) => onModel(event.currentTarget.value)}>
          <option value="">claude's default</option>
          {MODELS.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <label>
        effort
        <select value={effort} onChange={(event) => onEffort(event.currentTarget.value)}>
          <option value="">default</option>
          {Effort.options.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
    </div>
  );
}
