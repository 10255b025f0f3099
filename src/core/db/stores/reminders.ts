/** Rows of reminders. */
import { and, eq, sql } from "drizzle-orm";
import type { Reminder } from "../../../wire/schedules.ts";
import type { Db } from "../db.ts";
import { placeholders } from "../orm.ts";
import { reminders } from "../schema/reminders.ts";
import type { Tx } from "../tx.ts";
import { isoTime } from "./messages.ts";

export type ReminderRow = typeof reminders.$inferSelect;
export type ReminderStore = ReturnType<typeof reminderStore>;

const PENDING = sql`${reminders.state} = 'pending'`;

export function reminderStore({ orm, sqlite }: Db) {
  const insert = orm.insert(reminders).values(placeholders(reminders)).prepare();
  const end = sqlite.prepare("update reminders set state = ?, message_id = ? where id = ?");
  const next = sqlite.prepare<{ at: number | null }>(
    "select min(due_at) as at from reminders where state = 'pending'",
  );
  const count = sqlite.prepare<{ n: number }>(
    "select count(*) as n from reminders where agent = ? and state = 'pending'",
  );
  const pending = () => orm.select().from(reminders);
  return {
    insert: (_tx: Tx, row: ReminderRow): void => void insert.run(row),
    end: (_tx: Tx, row: ReminderRow): void => void end.run(row.state, row.message_id, row.id),
    byId: (id: string) => pending().where(eq(reminders.id, id)).get(),
    nextDue: () => next.get()?.at ?? undefined,
    due: (now: number) =>
      pending()
        .where(and(PENDING, sql`${reminders.due_at} <= ${now}`))
        .orderBy(reminders.due_at, reminders.id)
        .limit(200)
        .all(),
    /** Soonest first. */
    pending: (agent?: string) =>
      pending()
        .where(and(PENDING, agent === undefined ? undefined : eq(reminders.agent, agent)))
        .orderBy(reminders.due_at, reminders.id)
        .all(),
    countPending: (agent: string) => count.get(agent)?.n ?? 0,
  };
}

export function toReminder(row: ReminderRow): Reminder {
  return {
    id: row.id,
    agent: row.agent,
    body: row.body,
    due_at: isoTime(row.due_at),
    created_by: row.created_by,
    created_at: isoTime(row.created_at),
    state: row.state,
    message_id: row.message_id ?? undefined,
  };
}
