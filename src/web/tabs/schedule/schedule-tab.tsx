/** SCH3DULE: what will be said later, once or again and again. */
import { useState } from "preact/hooks";
import { type Reminder, type Schedule, scheduleEndpoints } from "../../../wire/schedules.ts";
import { countdown, oneLine, shortTime } from "../../format.ts";
import { useHive } from "../../hive.ts";
import { Action } from "../../ui/action.tsx";
import { Age, Empty, Party, Section } from "../../ui/bits.tsx";
import { ReminderForm } from "./reminder-form.tsx";
import { ScheduleForm } from "./schedule-form.tsx";

export function ScheduleTab() {
  const { state } = useHive();
  const [adding, setAdding] = useState<"reminder" | "schedule" | undefined>(undefined);
  const reminders = [...state.value.reminders.values()]
    .filter((reminder) => reminder.state === "pending")
    .sort((a, b) => a.due_at.localeCompare(b.due_at));
  const schedules = [...state.value.schedules.values()].sort(byNext);
  const close = (): void => setAdding(undefined);
  return (
    <>
      <Section
        title="schedules"
        note="again and again"
        aside={<Add onClick={() => setAdding("schedule")} what="schedule" />}
      >
        {adding === "schedule" && <ScheduleForm onDone={close} />}
        {schedules.length === 0 && (
          <Empty command='hivectl schedule add alice "0 9 * * 1-5" "plan the day"'>
            no schedules. a schedule sends the same message to an agent at each time of a cron expression.
          </Empty>
        )}
        <ul class="rows">
          {schedules.map((schedule) => (
            <ScheduleRow key={schedule.id} schedule={schedule} />
          ))}
        </ul>
      </Section>
      <Section
        title="reminders"
        note="once"
        aside={<Add onClick={() => setAdding("reminder")} what="reminder" />}
      >
        {adding === "reminder" && <ReminderForm onDone={close} />}
        {reminders.length === 0 && (
          <Empty command='hivectl remind alice --in 2h "look at the build"'>
            no reminders. agents set them for themselves, and you can set one for any agent.
          </Empty>
        )}
        <ul class="rows">
          {reminders.map((reminder) => (
            <ReminderRow key={reminder.id} reminder={reminder} />
          ))}
        </ul>
      </Section>
    </>
  );
}

function byNext(a: Schedule, b: Schedule): number {
  if (a.enabled !== b.enabled) return a.enabled ? -1 : 1;
  return (a.next_run_at ?? "~").localeCompare(b.next_run_at ?? "~");
}

function Add({ onClick, what }: { readonly onClick: () => void; readonly what: string }) {
  return (
    <button type="button" class="button strong" onClick={onClick}>
      + {what}
    </button>
  );
}

function ScheduleRow({ schedule }: { readonly schedule: Schedule }) {
  const hive = useHive();
  const { id, enabled } = schedule;
  const now = hive.now.value;
  return (
    <li class={enabled ? "later" : "later resting"}>
      <div class="when-cell">
        <code>{schedule.cron}</code>
        <span class="dim">{schedule.time_zone}</span>
      </div>
      <div class="what-cell">
        <p>
          <span class="dim">to</span> <Party name={schedule.agent} /> {oneLine(schedule.body, 200)}
        </p>
        <p class="dim">
          {enabled && schedule.next_run_at !== undefined
            ? `next in ${countdown(schedule.next_run_at, now)}, ${shortTime(schedule.next_run_at, now)}`
            : "off"}
          {schedule.last_run_at !== undefined && (
            <>
              {" "}
              · last <Age at={schedule.last_run_at} />
            </>
          )}{" "}
          · by <Party name={schedule.created_by} />
        </p>
      </div>
      <div class="actions">
        <Action
          work={async () => {
            await hive.call(scheduleEndpoints.scheduleEnable, { id, enabled: !enabled });
            return enabled ? "switched off" : "switched on";
          }}
        >
          {enabled ? "switch off" : "switch on"}
        </Action>
        <Action
          weight="quiet"
          work={async () => {
            await hive.call(scheduleEndpoints.scheduleRemove, { id });
            return "schedule removed";
          }}
        >
          remove
        </Action>
      </div>
    </li>
  );
}

function ReminderRow({ reminder }: { readonly reminder: Reminder }) {
  const hive = useHive();
  const now = hive.now.value;
  return (
    <li class="later">
      <div class="when-cell">
        <code>in {countdown(reminder.due_at, now)}</code>
        <span class="dim">{shortTime(reminder.due_at, now)}</span>
      </div>
      <div class="what-cell">
        <p>
          <span class="dim">to</span> <Party name={reminder.agent} /> {oneLine(reminder.body, 200)}
        </p>
        <p class="dim">
          set by <Party name={reminder.created_by} /> <Age at={reminder.created_at} />
        </p>
      </div>
      <div class="actions">
        <Action
          weight="quiet"
          work={async () => {
            await hive.call(scheduleEndpoints.cancelReminder, { id: reminder.id });
            return "reminder taken back";
          }}
        >
          take back
        </Action>
      </div>
    </li>
  );
}
