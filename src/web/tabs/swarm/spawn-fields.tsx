/** The fields of the form for a new agent, each with what is wrong with it beside it. */
import type { ComponentChildren } from "preact";
import { webPort } from "../../../lib/fnv1a.ts";
import { MODELS } from "../../../wire/agent-config.ts";
import type { HiveInfo } from "../../../wire/events.ts";
import { Effort, isAgentName } from "../../../wire/ids.ts";
import { packageNames, type SpawnForm, type SpawnProblems } from "./spawn-form.ts";

export interface FieldsProps {
  readonly form: SpawnForm;
  readonly problems: SpawnProblems;
  readonly onChange: (change: Partial<SpawnForm>) => void;
}

interface FieldProps {
  readonly label: string;
  /** Of the field's notes. */
  readonly id: string;
  readonly problem?: string | undefined;
  readonly note?: string | undefined;
  readonly children: ComponentChildren;
}

function Field({ label, id, problem, note, children }: FieldProps) {
  return (
    <div class="field">
      <label for={`${id}-field`}>
        {label}
        {children}
      </label>
      <p id={id} class={problem === undefined ? "field-note" : "field-note refusal"} aria-live="polite">
        {problem ?? note}
      </p>
    </div>
  );
}

interface WordFieldProps extends Omit<FieldProps, "children"> {
  readonly value: string;
  readonly onWord: (value: string) => void;
  readonly placeholder?: string;
  readonly maxLength?: number;
  /** What it offers; anything else is taken as well. */
  readonly offers?: readonly string[];
}

/** Names, which no browser should complete, correct or begin with a capital. */
function WordField({ value, onWord, placeholder, maxLength, offers = [], ...field }: WordFieldProps) {
  const list = `${field.id}-offers`;
  return (
    <Field {...field}>
      <input
        id={`${field.id}-field`}
        value={value}
        list={list}
        placeholder={placeholder}
        maxLength={maxLength}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        aria-invalid={field.problem !== undefined}
        aria-describedby={field.id}
        onInput={(event) => onWord(event.currentTarget.value)}
      />
      <datalist id={list}>
        {offers.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </Field>
  );
}

export function NameField({ form: { name }, problems, onChange }: FieldsProps) {
  const port = isAgentName(name) ? `its page: port ${webPort(name)}, which follows from the name` : undefined;
  return (
    <WordField
      label="name"
      id="spawn-name"
      problem={problems.name}
      note={port ?? "a-z, 0-9 and -"}
      value={name}
      maxLength={31}
      onWord={(value) => onChange({ name: value })}
    />
  );
}

export function ModelFields({ form, problems, onChange }: FieldsProps) {
  return (
    <div class="pair">
      <WordField
        label="model"
        id="spawn-model"
        problem={problems.model}
        value={form.model}
        placeholder="claude's default"
        offers={MODELS}
        onWord={(value) => onChange({ model: value.trim() })}
      />
      <Field label="effort" id="spawn-effort">
        <select
          id="spawn-effort-field"
          value={form.effort}
          onChange={(event) => onChange({ effort: event.currentTarget.value })}
        >
          <option value="">default</option>
          {Effort.options.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </Field>
    </div>
  );
}

interface PlaceProps extends FieldsProps {
  readonly info: HiveInfo | undefined;
  readonly hasManager: boolean;
}

export function PlaceFields({ form, problems, onChange, info, hasManager }: PlaceProps) {
  const backends = info?.backends ?? [];
  const chosen = backends.find(({ name }) => name === (form.backend === "" ? info?.backend : form.backend));
  const open = chosen?.isolated === false ? "not isolated from this machine" : undefined;
  const missing = chosen?.packages === false && packageNames(form.packages).length > 0;
  return (
    <>
      <div class="pair">
        <Field label="role" id="spawn-role" note={hasManager ? "the hive has its manager" : undefined}>
          <select
            id="spawn-role-field"
            aria-describedby="spawn-role"
            value={form.role}
            onChange={(event) =>
              onChange({ role: event.currentTarget.value === "manager" ? "manager" : "agent" })
            }
          >
            <option value="agent">agent</option>
            <option value="manager" disabled={hasManager}>
              manager
            </option>
          </select>
        </Field>
        <Field label="backend" id="spawn-backend" note={open}>
          <select
            id="spawn-backend-field"
            aria-describedby="spawn-backend"
            value={form.backend}
            onChange={(event) => onChange({ backend: event.currentTarget.value })}
          >
            <option value="">{`default (${info?.backend ?? "auto"})`}</option>
            {backends.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </Field>
      </div>
      <WordField
        label="packages"
        id="spawn-packages"
        problem={problems.packages}
        note={missing ? `"${chosen?.name}" installs none: they must be on this machine already` : undefined}
        value={form.packages}
        placeholder="ripgrep, python3Packages.requests"
        onWord={(value) => onChange({ packages: value })}
      />
    </>
  );
}
