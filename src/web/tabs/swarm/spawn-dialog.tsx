/** A new agent: what it is, then how its creation goes, in one dialog. */
import { useState } from "preact/hooks";
import { agentEndpoints } from "../../../wire/agents.ts";
import { isAgentName } from "../../../wire/ids.ts";
import { useHive } from "../../hive.ts";
import { Submit } from "../../ui/action.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Refusal, useSubmit } from "../../ui/refusal.tsx";
import { ModelFields, NameField, PlaceFields } from "./spawn-fields.tsx";
import { EMPTY_FORM, type SpawnForm, spawnInput, spawnProblems } from "./spawn-form.ts";
import { SpawnProgress } from "./spawn-progress.tsx";

export function SpawnDialog({ onClose }: { readonly onClose: () => void }) {
  const [form, setForm] = useState<SpawnForm>(EMPTY_FORM);
  const [operation, setOperation] = useState<string | undefined>(undefined);
  const title = operation === undefined ? "spawn an agent" : `spawning ${form.name}`;
  return (
    <Dialog title={title} onClose={onClose}>
      {operation === undefined ? (
        <SpawnFields form={form} onForm={setForm} onSpawned={setOperation} onClose={onClose} />
      ) : (
        <SpawnProgress
          id={operation}
          name={form.name}
          onClose={onClose}
          onBack={() => setOperation(undefined)}
        />
      )}
    </Dialog>
  );
}

interface SpawnFieldsProps {
  readonly form: SpawnForm;
  readonly onForm: (form: SpawnForm) => void;
  readonly onSpawned: (operation: string) => void;
  readonly onClose: () => void;
}

function SpawnFields({ form, onForm, onSpawned, onClose }: SpawnFieldsProps) {
  const hive = useHive();
  const { agents, info } = hive.state.value;
  const persona = hive.draft("spawn-persona");
  const prompt = hive.draft("spawn");
  const problems = spawnProblems(form, agents.keys());
  const ready = isAgentName(form.name) && Object.keys(problems).length === 0;
  const { busy, error, submit } = useSubmit(async () => {
    const texts = { persona: persona.text.value, prompt: prompt.text.value };
    const { operation_id } = await hive.call(agentEndpoints.spawn, spawnInput(form, texts));
    onSpawned(operation_id);
  });
  const fields = { form, problems, onChange: (change: Partial<SpawnForm>) => onForm({ ...form, ...change }) };
  const hasManager = [...agents.values()].some(({ role }) => role === "manager");
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) submit();
      }}
    >
      <NameField {...fields} />
      <Text
        label="persona (optional)"
        rows={3}
        draft={persona}
        placeholder="what it always knows about itself"
      />
      <ModelFields {...fields} />
      <PlaceFields {...fields} info={info} hasManager={hasManager} />
      <Text label="first message (optional)" rows={3} draft={prompt} placeholder="without one it waits" />
      <Refusal error={error} />
      <div class="form-foot">
        <button type="button" class="button quiet" onClick={onClose}>
          cancel
        </button>
        <Submit busy={busy} disabled={!ready}>
          spawn
        </Submit>
      </div>
    </form>
  );
}

interface TextProps {
  readonly label: string;
  readonly rows: number;
  readonly placeholder: string;
  readonly draft: { readonly text: { value: string } };
}

function Text({ label, rows, placeholder, draft }: TextProps) {
  return (
    <label>
      {label}
      <textarea
        rows={rows}
        placeholder={placeholder}
        value={draft.text.value}
        onInput={(event) => {
          draft.text.value = event.currentTarget.value;
        }}
      />
    </label>
  );
}
