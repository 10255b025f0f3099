/** Model and effort, from the next turn on. */

import { useRef } from "preact/hooks";
import { MODELS } from "../../wire/agent-config.ts";
import { type AgentRow, agentEndpoints } from "../../wire/agents.ts";
import { Effort } from "../../wire/ids.ts";
import { harnessEndpoints } from "../../wire/journal.ts";
import { modelName } from "../format.ts";
import { useHive } from "../hive.ts";
import { Spinner, useAction } from "../ui/action.tsx";
import type { Journal } from "./journal.ts";

interface PickersProps {
  readonly name: string;
  readonly row: AgentRow | undefined;
  readonly journal: Journal;
}

export function Pickers({ name, row, journal }: PickersProps) {
  const hive = useHive();
  const info = journal.info.value;
  const own = hive.mode === "harness";
  const setModel = async (model: string): Promise<string> => {
    if (own) await hive.call(harnessEndpoints.model, { model });
    else await hive.call(agentEndpoints.setModel, { name, model });
    return `${model} from the next turn on`;
  };
  const setEffort = async (picked: string): Promise<string> => {
    const effort = Effort.parse(picked);
    if (own) await hive.call(harnessEndpoints.effort, { effort });
    else await hive.call(agentEndpoints.setEffort, { name, effort });
    return `effort ${effort} from the next turn on`;
  };
  return (
    <div class="pickers">
      <Picker
        label="model"
        value={row?.model ?? info?.model}
        options={MODELS}
        show={modelName}
        onPick={setModel}
      />
      <Picker
        label="effort"
        value={row?.effort ?? info?.effort}
        options={Effort.options}
        show={(effort) => effort}
        onPick={setEffort}
      />
    </div>
  );
}

interface PickerProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly string[];
  readonly show: (value: string) => string;
  readonly onPick: (value: string) => Promise<string>;
}

function Picker({ label, value, options, show, onPick }: PickerProps) {
  const picked = useRef("");
  const { busy, run } = useAction(() => onPick(picked.current));
  const all = value === undefined || options.includes(value) ? options : [value, ...options];
  return (
    <label class="picker">
      <span class="dim">{label}</span>
      <select
        value={value ?? ""}
        disabled={busy}
        onChange={(event) => {
          picked.current = event.currentTarget.value;
          if (picked.current !== "") run();
        }}
      >
        {value === undefined && <option value="">default</option>}
        {all.map((option) => (
          <option key={option} value={option}>
            {show(option)}
          </option>
        ))}
      </select>
      {busy && <Spinner />}
    </label>
  );
}
