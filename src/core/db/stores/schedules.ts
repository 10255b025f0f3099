/** Rows of schedules. */
import { eq, sql } from "drizzle-orm";
import type { Schedule } from "../../../wire/schedules.ts";
import type { Db } from "../db.ts";
import { placeholders } from "../orm.ts";
import { schedules } from "../schema/schedules.ts";
import type { Tx } from "../tx.ts";
import { isoTime } from "./messages.ts";

export type ScheduleRow = typeof schedules.$inferSelect;
export type ScheduleStore = ReturnType<typeof scheduleStore>;

export function scheduleStore({ orm, sqlite }: Db) {
  const insert = orm.insert(schedules).values(placeholders(schedules)).prepare();
  const save = sqlite.prepare(
    "update schedules set enabled = ?, last_run_at = ?, next_run_at = ? where id = ?",
  );
  const remove = sqlite.prepare("delete from schedules where id = ?");
  const next = sqlite.prepare<{ at: number | null }>(
    "select min(next_run_at) as at from schedules where enabled = 1 and next_run_at is not null",
  );
  return {
    insert: (_tx: Tx, row: ScheduleRow): void => void insert.run(row),
    save: (_tx: Tx, row: ScheduleRow): void => {
      save.run(row.enabled ? 1 : 0, row.last_run_at, row.next_run_at, row.id);
    },
    remove: (_tx: Tx, id: string): boolean => remove.run(id).changes > 0,
    byId: (id: string) => orm.select().from(schedules).where(eq(schedules.id, id)).get(),
    /** Oldest first. */
    all: () => orm.select().from(schedules).orderBy(schedules.id).all(),
    nextDue: () => next.get()?.at ?? undefined,
    due: (now: number) =>
      orm
        .select()
        .from(schedules)
        .where(sql`enabled = 1 and next_run_at is not null and next_run_at <= ${now}`)
        .orderBy(schedules.next_run_at, schedules.id)
        .limit(200)
        .all(),
  };
}

export function toSchedule(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    agent: row.agent,
    cron: row.cron,
    time_zone: row.time_zone,
    body: row.body,
    catch_up: row.catch_up,
    enabled: row.enabled,
    created_by: row.created_by,
    created_at: isoTime(row.created_at),
    last_run_at: row.last_run_at === null ? undefined : isoTime(row.last_run_at),
    next_run_at: row.next_run_at === null || !row.enabled ? undefined : isoTime(row.next_run_at),
  };
}
