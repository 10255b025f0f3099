/** Reminders: rows that end in one ordinary message. Due by the wall clock, also when the hive slept through it. */
import type { CallInput } from "../../wire/endpoint.ts";
import { HiveError } from "../../wire/errors.ts";
import type { Reminder } from "../../wire/schedules.ts";
import type { operatorWire } from "../../wire/wire.ts";
import { type ReminderRow, type ReminderStore, reminderStore, toReminder } from "../db/stores/reminders.ts";
import type { Tx } from "../db/tx.ts";
import { type Actor, actorName, type Reminders } from "../services.ts";
import { createDueLoop } from "./due-loop.ts";
import { summarize } from "./effects.ts";
import { assertKnown } from "./recipients.ts";
import type { BrokerServiceOptions } from "./service-options.ts";

/** Pending ones of one agent, as far as agents set them. */
const PENDING_MAX = 200;

interface Context extends BrokerServiceOptions {
  readonly store: ReminderStore;
}

type AddInput = CallInput<(typeof operatorWire)["remind"]> & { lease_id?: string; effect_key?: string };

export function createReminders(options: BrokerServiceOptions): Reminders {
  const { db, broker, clock, log } = options;
  const store = reminderStore(db);
  const context: Context = { ...options, store };
  const loop = createDueLoop({
    clock,
    log,
    name: "reminders",
    next: store.nextDue,
    run: (now) => db.writer.write((tx) => fireDue(context, tx, now)),
  });
  return {
    add: (actor, input) => {
      const { lease_id, effect_key } = input;
      const key = actor.kind === "agent" ? effect_key : undefined;
      const summary = summarize(`remind: ${input.body}`);
      const effect = { agent: actorName(actor), lease_id, effect_key: key, tool: "remind", summary };
      return broker.once(effect, (tx) => {
        tx.afterCommit(loop.poke);
        return add(context, tx, { actor, input });
      });
    },
    list: (agent) => store.pending(agent).map(toReminder),
    cancel: (actor, id) => db.writer.write((tx) => cancel(context, tx, { actor, id })),
    pendingCount: store.countPending,
    start: loop.start,
  };
}

function dueAt({ at, in_seconds }: AddInput, now: number): number {
  if ((at === undefined) === (in_seconds === undefined)) {
    throw new HiveError("invalid", 'say either "at" or "in_seconds"');
  }
  return at === undefined ? now + (in_seconds ?? 0) * 1000 : Date.parse(at);
}

function add(context: Context, tx: Tx, { actor, input }: { actor: Actor; input: AddInput }): Reminder {
  const { audit, clock, directory, ids, store, timeline } = context;
  const { agent, body } = input;
  assertKnown(directory, agent);
  if (actor.kind === "agent" && !actor.manager && actor.name !== agent) {
    throw new HiveError("forbidden", `"${actor.name}" may set reminders for itself only, not for "${agent}"`);
  }
  if (actor.kind === "agent" && store.countPending(agent) >= PENDING_MAX) {
    throw new HiveError("limit", `${PENDING_MAX} reminders wait for "${agent}" already`, {
      hint: "wait until some have come",
    });
  }
  const now = clock.now();
  const row: ReminderRow = {
    id: ids(),
    agent,
    body,
    due_at: dueAt(input, now),
    created_by: actorName(actor),
    created_at: now,
    state: "pending",
    message_id: null,
  };
  store.insert(tx, row);
  const reminder = toReminder(row);
  timeline.append(tx, { type: "reminder", reminder });
  audit.append(tx, {
    actor,
    action: "remind",
    target: agent,
    detail: { id: row.id, due_at: reminder.due_at },
  });
  return reminder;
}

function end(context: Context, tx: Tx, row: ReminderRow): void {
  context.store.end(tx, row);
  context.timeline.append(tx, { type: "reminder", reminder: toReminder(row) });
}

function cancel(context: Context, tx: Tx, { actor, id }: { actor: Actor; id: string }): void {
  const row = context.store.byId(id);
  const mine = row !== undefined && (actor.kind !== "agent" || row.agent === actor.name || actor.manager);
  if (!mine)
    throw new HiveError("not_found", `there is no reminder "${id}"`, { hint: "hivectl remind --help" });
  if (row.state !== "pending") throw new HiveError("conflict", `reminder "${id}" has ${row.state} already`);
  end(context, tx, { ...row, state: "cancelled" });
  context.audit.append(tx, { actor, action: "cancel_reminder", target: id });
}

/** The message and the end of its reminder are one transaction: it cannot fire twice. */
function fireDue(context: Context, tx: Tx, now: number): void {
  for (const row of context.store.due(now)) {
    if (!context.directory.has(row.agent)) {
      end(context, tx, { ...row, state: "cancelled" });
      continue;
    }
    // A full inbox: the reminder stays and comes when there is room.
    if (!context.broker.hasRoom(row.agent)) continue;
    const { agent: to, body, created_by: from } = row;
    const message = context.broker.enqueue(tx, { from, to, body, origin: "reminder" });
    end(context, tx, { ...row, state: "fired", message_id: message.id });
  }
}
