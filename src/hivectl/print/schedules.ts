/** Reminders and schedules at a glance. */
import type { Reminder, Schedule } from "../../wire/schedules.ts";
import { shownId } from "../short-id.ts";
import { cleanLine } from "./clean.ts";
import { type Cell, table } from "./table.ts";
import { age, type View } from "./view.ts";

export function printReminders(reminders: readonly Reminder[], view: View): string {
  if (reminders.length === 0) return "no reminders";
  const rows = reminders.map((reminder): Cell[] => [
    { text: shownId(reminder.id, view), tone: "dim" },
    { text: cleanLine(reminder.agent), tone: "bold" },
    age(reminder.due_at, view),
    cleanLine(reminder.created_by),
    cleanLine(reminder.body),
  ]);
  return table(rows, {
    head: ["ID", "AGENT", "DUE", "BY", "TEXT"],
    width: view.width,
    paint: view.paint,
    shrink: [1, 3],
  });
}

export function printSchedules(schedules: readonly Schedule[], view: View): string {
  if (schedules.length === 0) return "no schedules";
  const rows = schedules.map((schedule): Cell[] => [
    { text: shownId(schedule.id, view), tone: "dim" },
    { text: cleanLine(schedule.agent), tone: "bold" },
    cleanLine(schedule.time_zone === "UTC" ? schedule.cron : `${schedule.cron} ${schedule.time_zone}`),
    schedule.enabled ? age(schedule.next_run_at, view) : { text: "off", tone: "warn" },
    cleanLine(schedule.body),
  ]);
  return table(rows, {
    head: ["ID", "AGENT", "WHEN", "NEXT", "TEXT"],
    width: view.width,
    paint: view.paint,
    shrink: [1],
  });
}
