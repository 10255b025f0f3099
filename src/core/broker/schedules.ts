/**
 * Schedules: a message at each time of a cron expression. The next time moves in the transaction that stores the
 * message, so one due time fires once, whatever crashes in between.
 */
import type { Input } from "../../wire/endpoint.ts";
import { HiveError } from "../../wire/errors.ts";
import type { Schedule } from "../../wire/schedules.ts";
import type { operatorWire } from "../../wire/wire.ts";
import { type ScheduleRow, type ScheduleStore, scheduleStore, toSchedule } from "../db/stores/schedules.ts";
import type { Tx } from "../db/tx.ts";
import { type Actor, actorName, type Schedules } from "../services.ts";
import { type CronTimes, parseCron } from "./cron.ts";
import { createDueLoop } from "./due-loop.ts";
import { assertKnown } from "./recipients.ts";
import { decideRuns } from "./schedule-runs.ts";
import type { BrokerServiceOptions } from "./service-options.ts";

interface Context extends BrokerServiceOptions {
  readonly store: ScheduleStore;
}

export interface HiveSchedules extends Schedules {
  /** For a service that approved it, in its own transaction. */
  addIn(tx: Tx, actor: Actor, input: Input<(typeof operatorWire)["scheduleAdd"]>): Schedule;
}

/** A next time this far beyond the expression's own: the clock was wrong when it was stored. */
const CLOCK_WAS_WRONG_MS = 86_400_000;

export function createSchedules(options: BrokerServiceOptions): HiveSchedules {
  const { db, clock, log } = options;
  const store = scheduleStore(db);
  const context: Context = { ...options, store };
  const write = db.writer.write;
  const loop = createDueLoop({
    clock,
    log,
    name: "schedules",
    next: store.nextDue,
    run: async (now) => {
      for (const { id } of store.due(now)) await write((tx) => fire(context, tx, { id, now }));
      await repairAfterClock(context, now);
    },
  });
  const addIn: HiveSchedules["addIn"] = (tx, actor, input) => {
    tx.afterCommit(loop.poke);
    return add(context, tx, { actor, input });
  };
  return {
    addIn,
    add: (actor, input) => write((tx) => addIn(tx, actor, input)),
    list: () => store.all().map(toSchedule),
    remove: (actor, id) => write((tx) => remove(context, tx, { actor, id })),
    enable: (actor, id, enabled) =>
      write((tx) => {
        tx.afterCommit(loop.poke);
        return enable(context, tx, { actor, id, enabled });
      }),
    start: loop.start,
  };
}

interface Adding {
  readonly actor: Actor;
  readonly input: Input<(typeof operatorWire)["scheduleAdd"]>;
}

function add(
  { store, clock, ids, directory, timeline, audit }: Context,
  tx: Tx,
  { actor, input }: Adding,
): Schedule {
  assertKnown(directory, input.agent);
  const now = clock.now();
  const next = parseCron(input.cron, input.time_zone).next(now);
  if (next === undefined) throw new HiveError("invalid", `"${input.cron}" never comes`);
  const { agent, cron, time_zone, body, catch_up } = input;
  const row: ScheduleRow = {
    id: ids(),
    agent,
    cron,
    time_zone,
    body,
    catch_up,
    enabled: true,
    created_by: actorName(actor),
    created_at: now,
    last_run_at: null,
    next_run_at: next,
  };
  store.insert(tx, row);
  const schedule = toSchedule(row);
  timeline.append(tx, { type: "schedule", schedule });
  audit.append(tx, { actor, action: "schedule_add", target: agent, detail: { id: row.id, cron, time_zone } });
  return schedule;
}

function rowOf(store: ScheduleStore, id: string): ScheduleRow {
  const row = store.byId(id);
  if (row !== undefined) return row;
  throw new HiveError("not_found", `there is no schedule "${id}"`, { hint: "hivectl schedule list" });
}

function remove(
  { store, timeline, audit }: Context,
  tx: Tx,
  { actor, id }: { actor: Actor; id: string },
): void {
  const { agent } = rowOf(store, id);
  store.remove(tx, id);
  timeline.append(tx, { type: "schedule_removed", id });
  audit.append(tx, { actor, action: "schedule_remove", target: agent, detail: { id } });
}

function save({ store, timeline }: Context, tx: Tx, row: ScheduleRow): Schedule {
  store.save(tx, row);
  const schedule = toSchedule(row);
  timeline.append(tx, { type: "schedule", schedule });
  return schedule;
}

interface Enabling {
  readonly actor: Actor;
  readonly id: string;
  readonly enabled: boolean;
}

function enable(context: Context, tx: Tx, { actor, id, enabled }: Enabling): Schedule {
  const row = rowOf(context.store, id);
  if (row.enabled === enabled) return toSchedule(row);
  context.audit.append(tx, { actor, action: "schedule_enable", target: row.agent, detail: { id, enabled } });
  // What was due while it was off is not caught up.
  const after = Math.max(context.clock.now(), row.last_run_at ?? 0);
  return save(context, tx, { ...row, enabled, next_run_at: timesOf(row).next(after) ?? null });
}

function timesOf({ cron, time_zone }: ScheduleRow): CronTimes {
  return parseCron(cron, time_zone);
}

function fire(context: Context, tx: Tx, { id, now }: { id: string; now: number }): void {
  const { broker, directory, store } = context;
  const row = store.byId(id);
  if (row === undefined || !row.enabled || row.next_run_at === null || row.next_run_at > now) return;
  if (!directory.has(row.agent)) {
    save(context, tx, { ...row, enabled: false });
    return;
  }
  const due = decideRuns({ times: timesOf(row), from: row.next_run_at, now, catchUp: row.catch_up });
  let sent = 0;
  for (const _ of due.runs) {
    if (!broker.hasRoom(row.agent)) break;
    broker.enqueue(tx, { from: row.created_by, to: row.agent, body: row.body, origin: "schedule" });
    sent += 1;
  }
  const passed = due.skipped + due.runs.length - sent;
  if (passed > 0) noteSkipped(context, tx, { row, passed, full: sent < due.runs.length });
  const last = sent > 0 ? (due.runs[sent - 1] ?? due.last) : row.last_run_at;
  save(context, tx, { ...row, last_run_at: last, next_run_at: due.next ?? null });
}

function noteSkipped(
  { timeline }: Context,
  tx: Tx,
  { row, passed, full }: { row: ScheduleRow; passed: number; full: boolean },
): void {
  const why = full ? "its inbox is full" : `the hive was down (catch-up: ${row.catch_up})`;
  const text = `${passed} ${passed === 1 ? "run" : "runs"} of the schedule "${row.cron}" passed over: ${why}`;
  timeline.append(tx, { type: "notice", level: "warn", agent: row.agent, text });
}

/** The clock was far ahead and is right again: what was planned for then is planned anew. */
async function repairAfterClock(context: Context, now: number): Promise<void> {
  for (const row of context.store.all()) {
    if (!row.enabled || row.next_run_at === null || row.next_run_at - now < CLOCK_WAS_WRONG_MS) continue;
    const next = timesOf(row).next(now);
    if (next === undefined || row.next_run_at - next < CLOCK_WAS_WRONG_MS) continue;
    await context.db.writer.write((tx) => void save(context, tx, { ...row, next_run_at: next }));
  }
}
