/** A reminder: to whom, in how long, what. */
import { useState } from "preact/hooks";
import { parseDuration } from "../../../lib/duration.ts";
import { scheduleEndpoints } from "../../../wire/schedules.ts";
import { useHive } from "../../hive.ts";
import { Submit, useAction } from "../../ui/action.tsx";
import { AgentSelect, useAgentNames } from "./agent-select.tsx";

export function ReminderForm({ onDone }: { readonly onDone: () => void }) {
  const hive = useHive();
  const names = useAgentNames();
  const [picked, setAgent] = useState("");
  const [when, setWhen] = useState("1h");
  const draft = hive.draft("reminder");
  const agent = picked === "" ? (names[0] ?? "") : picked;
  const ms = parseDuration(when);
  const { busy, run } = useAction(async () => {
    const in_seconds = Math.max(1, Math.round((ms ?? 0) / 1000));
    await hive.call(scheduleEndpoints.remind, { agent, body: draft.text.value, in_seconds });
    draft.sent();
    onDone();
    return `${agent} will be reminded in ${when}`;
  });
  return (
    <form
      class="form inline"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <AgentSelect value={agent} onChange={setAgent} />
      <label>
        in
        <input
          value={when}
          aria-invalid={ms === undefined}
          placeholder="90s, 5m, 2h, 1d"
          onInput={(event) => setWhen(event.currentTarget.value)}
        />
      </label>
      <label class="wide">
        message
        <input
          value={draft.text.value}
          onInput={(event) => {
            draft.text.value = event.currentTarget.value;
          }}
        />
      </label>
      <div class="form-foot">
        <button type="button" class="button quiet" onClick={onDone}>
          cancel
        </button>
        <Submit busy={busy} disabled={ms === undefined || agent === "" || draft.text.value.trim() === ""}>
          remind
        </Submit>
      </div>
    </form>
  );
}
