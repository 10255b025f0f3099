/** A schedule: to whom, when (cron and time zone), what, and what happens to runs the hive slept through. */
import { useState } from "preact/hooks";
import { CatchUp, scheduleEndpoints } from "../../../wire/schedules.ts";
import { useHive } from "../../hive.ts";
import { Submit, useAction } from "../../ui/action.tsx";
import { AgentSelect, useAgentNames } from "./agent-select.tsx";

export function ScheduleForm({ onDone }: { readonly onDone: () => void }) {
  const hive = useHive();
  const names = useAgentNames();
  const [picked, setAgent] = useState("");
  const [cron, setCron] = useState("0 9 * * 1-5");
  const [zone, setZone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [catchUp, setCatchUp] = useState("once");
  const draft = hive.draft("schedule");
  const agent = picked === "" ? (names[0] ?? "") : picked;
  const { busy, run } = useAction(async () => {
    await hive.call(scheduleEndpoints.scheduleAdd, {
      agent,
      cron,
      time_zone: zone,
      body: draft.text.value,
      catch_up: CatchUp.parse(catchUp),
    });
    draft.sent();
    onDone();
    return `scheduled for ${agent}`;
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
        cron
        <input value={cron} onInput={(event) => setCron(event.currentTarget.value)} />
      </label>
      <label>
        time zone
        <input value={zone} onInput={(event) => setZone(event.currentTarget.value)} />
      </label>
      <label>
        missed runs
        <select value={catchUp} onChange={(event) => setCatchUp(event.currentTarget.value)}>
          <option value="once">run once</option>
          <option value="none">skip</option>
          <option value="all">run all</option>
        </select>
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
        <Submit busy={busy} disabled={agent === "" || cron.trim() === "" || draft.text.value.trim() === ""}>
          add schedule
        </Submit>
      </div>
    </form>
  );
}
