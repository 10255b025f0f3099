/** Sends what is due and writes down how it went: again later with growing waits, or the reason it ended. */
import { backoff } from "../../lib/backoff.ts";
import type { DeliveryRow, DeliveryStore } from "../db/stores/deliveries.ts";
import type { SubscriberStore } from "../db/stores/push-subscribers.ts";
import type { Channel, Note, Sent } from "./channel.ts";
import type { NotifyOptions } from "./options.ts";
import { quietUntil } from "./quiet-hours.ts";

/** About an hour and a half in all. */
const TRIES = 8;
const WAIT = { base: 5_000, factor: 3, cap: 3_600_000 } as const;

export interface Deliverer {
  /** Everything that is due by now. */
  run(now: number): Promise<void>;
  /** One attempt, and no more after it. */
  once(row: DeliveryRow, signal: AbortSignal): Promise<void>;
}

export interface DelivererOptions extends NotifyOptions {
  readonly store: DeliveryStore;
  readonly subscribers: SubscriberStore;
  readonly channels: readonly Channel[];
  readonly signal: () => AbortSignal;
}

export function createDeliverer(options: DelivererOptions): Deliverer {
  const { db, store, subscribers, channels, log, home, clock } = options;
  const attempt = async (row: DeliveryRow, signal: AbortSignal): Promise<Sent> => {
    const channel = channels.find(({ name }) => name === row.channel);
    if (channel === undefined) return { kind: "refused", reason: "this channel is not set up any more" };
    try {
      return await channel.send(toNote(row, home()), row.subscriber, signal);
    } catch (error) {
      log.warn({ error, delivery: row.id }, "a notification could not be made");
      return { kind: "refused", reason: "it could not be made" };
    }
  };
  const finish = (row: DeliveryRow, sent: Sent, last: boolean): Promise<void> =>
    db.writer.write(
      (tx) => {
        const now = clock.now();
        const change = last ? ended(row, sent, now) : after(options, row, sent);
        // Dropped while it was on its way: that it arrived is the truth.
        store.update(tx, row.id, { attempts: row.attempts + 1, ...change });
        if (row.subscriber === "") return;
        if (sent.kind === "sent") subscribers.update(tx, row.subscriber, { last_sent_at: now });
        if (sent.kind === "gone") subscribers.remove(tx, row.subscriber);
      },
      { essential: true },
    );
  const deliver = async (row: DeliveryRow): Promise<void> => {
    const sent = await attempt(row, options.signal());
    // The daemon stops: the row waits for the next start.
    if (!options.signal().aborted) await finish(row, sent, false);
  };
  return {
    run: async (now) => {
      await Promise.all(store.due(now).map(deliver));
    },
    once: async (row, signal) => finish(row, await attempt(row, signal), true),
  };
}

function toNote(row: DeliveryRow, home: string): Note {
  const { id, kind, subject, title, body, urgent, created_at } = row;
  return { id, kind, subject, title, body, urgent, created_at, url: `${home}${row.path}` };
}

function ended(row: DeliveryRow, sent: Sent, now: number): Partial<DeliveryRow> {
  if (sent.kind === "sent") return { state: "sent", reason: null, ended_at: now };
  const gone = sent.kind === "gone" && row.subscriber !== "";
  const reason = gone ? `${sent.reason}: this browser takes no more and was removed` : sent.reason;
  return { state: "failed", reason, ended_at: now };
}

function after({ clock, settings }: NotifyOptions, row: DeliveryRow, sent: Sent): Partial<DeliveryRow> {
  const now = clock.now();
  const attempt = row.attempts;
  if (sent.kind !== "again") return ended(row, sent, now);
  if (attempt + 1 >= TRIES)
    return ended(row, { kind: "refused", reason: `${sent.reason}, ${TRIES} times` }, now);
  const due = now + Math.max(sent.afterMs ?? 0, backoff({ ...WAIT, attempt }));
  return { reason: sent.reason, due_at: dueAt(settings, row.urgent, due) };
}

/** Not before the quiet hours end, unless it may come through. */
export function dueAt(settings: NotifyOptions["settings"], urgent: boolean, at: number): number {
  const quiet = settings.quiet_hours;
  if (urgent && quiet?.let_urgent_through === true) return at;
  return quietUntil(quiet, at) ?? at;
}
