/**
 * Tells a human who is not looking that something waits: reads the timeline, stores a delivery for each channel, and
 * sends it until it arrived or cannot. Told once, held in quiet hours, taken back when it is answered before.
 */
import type { Output } from "../../wire/endpoint.ts";
import type { HiveEventData } from "../../wire/events.ts";
import type { Delivery, NotifyChannel, notifyEndpoints } from "../../wire/notify.ts";
import { createDueLoop } from "../broker/due-loop.ts";
import { type DeliveryRow, type DeliveryStore, deliveryStore } from "../db/stores/deliveries.ts";
import { type SubscriberStore, subscriberStore } from "../db/stores/push-subscribers.ts";
import type { Tx } from "../db/tx.ts";
import type { Channel } from "./channel.ts";
import { createDeliverer, dueAt } from "./deliver.ts";
import { makeChannels } from "./make-channels.ts";
import { createListener, type News } from "./news.ts";
import type { Notify, NotifyOptions } from "./options.ts";
import { createSubscribers, toSubscriber } from "./subscribers.ts";

/** Ended ones that stay in the log. */
const KEPT = 1_000;
const HOUR_MS = 3_600_000;

export function createNotify(options: NotifyOptions): Notify {
  const { db, clock, log, timeline, settings } = options;
  const store = deliveryStore(db);
  const subscribers = subscriberStore(db);
  const channels = makeChannels(options, subscribers);
  let stopping = new AbortController().signal;
  const deliverer = createDeliverer({ ...options, store, subscribers, channels, signal: () => stopping });
  const loop = createDueLoop({ clock, log, name: "notifications", next: store.nextDue, run: deliverer.run });
  const heard = createListener();
  const context: Context = { ...options, store, subscribers, channels, poke: loop.poke };
  const hear = (data: HiveEventData): void => {
    const { tell, over } = heard(data);
    if (tell === undefined && over === undefined) return;
    const noted = db.writer.write((tx) => {
      if (over !== undefined) store.drop(tx, over, { reason: "it waits no longer", at: clock.now() });
      if (tell !== undefined) enqueue(context, tx, tell);
    });
    noted.catch((error: unknown) => log.warn({ error }, "a notification could not be stored"));
  };
  return {
    ...createSubscribers(options, subscribers),
    info: () => infoOf(context),
    deliveries: (limit) => store.newest(limit).map(toDelivery),
    test: (channel, signal) => test(context, { channel, signal, once: deliverer.once }),
    start: (signal) => {
      stopping = signal;
      loop.start(signal);
      if (settings.level === "off" || channels.length === 0) return;
      const stop = timeline.onEvent(({ data }) => hear(data));
      signal.addEventListener("abort", stop, { once: true });
      for (const data of options.missed()) hear(data);
    },
  };
}

interface Context extends NotifyOptions {
  readonly store: DeliveryStore;
  readonly subscribers: SubscriberStore;
  readonly channels: readonly Channel[];
  readonly poke: () => void;
}

function infoOf({
  channels,
  settings,
  vapid,
  subscribers,
}: Context): Output<(typeof notifyEndpoints)["notify"]> {
  const quiet = settings.quiet_hours;
  return {
    channels: channels.map(({ name }) => name),
    level: settings.level,
    ...(quiet === undefined ? {} : { quiet_hours: quiet }),
    ...(vapid === undefined ? {} : { push_key: vapid.publicKey }),
    subscribers: subscribers.all().map(toSubscriber),
  };
}

function enqueue(context: Context, tx: Tx, news: News): void {
  const { store, settings, clock, poke } = context;
  if (settings.level === "urgent" && !news.urgent) return;
  const now = clock.now();
  if (store.told(news.subject, news.recurs ? now - settings.dedupe_seconds * 1000 : 0)) return;
  const tooMany = store.toldSince(now - HOUR_MS) >= settings.per_hour;
  const end = tooMany
    ? { state: "dropped" as const, reason: `more than ${settings.per_hour} in an hour`, ended_at: now }
    : {};
  for (const row of rowsOf(context, news)) {
    const due_at = dueAt(settings, news.urgent, now);
    const held = due_at > now ? { reason: "quiet hours" } : {};
    store.insert(tx, { ...row, due_at, ...held, ...end });
  }
  store.prune(tx, KEPT);
  tx.afterCommit(poke);
}

/** One for each target of each channel. */
function rowsOf(
  { ids, clock, channels, settings }: Context,
  news: News,
  only?: NotifyChannel,
): DeliveryRow[] {
  const { kind, subject, title, path, urgent } = news;
  const now = clock.now();
  const body = settings.details ? news.body : "";
  return channels
    .filter(({ name }) => only === undefined || name === only)
    .flatMap((channel) =>
      channel.targets().map((target) => ({
        ...{ id: ids(), kind, subject, title, body, path, urgent, ...target },
        ...{ channel: channel.name, state: "queued" as const, attempts: 0, reason: null },
        ...{ created_at: now, due_at: now, ended_at: null },
      })),
    );
}

interface Testing {
  readonly channel: NotifyChannel | undefined;
  readonly signal: AbortSignal;
  readonly once: (row: DeliveryRow, signal: AbortSignal) => Promise<void>;
}

const TEST = { kind: "test", path: "#settings", urgent: true, recurs: true } as const;

/** Stored as failed until it went otherwise, so that the sending loop leaves it alone. */
async function test(context: Context, { channel, signal, once }: Testing): Promise<Delivery[]> {
  const { db, store, ids, hive } = context;
  const body = "this is a test: what waits for you will look like this";
  const news: News = { ...TEST, subject: `test:${ids()}`, title: `${hive} can reach you`, body };
  const rows = rowsOf(context, news, channel);
  await db.writer.write((tx) => {
    for (const row of rows) store.insert(tx, { ...row, state: "failed", reason: "it was cut off" });
    store.prune(tx, KEPT);
  });
  await Promise.all(rows.map((row) => once(row, signal)));
  return rows.flatMap(({ id }) => store.byId(id) ?? []).map(toDelivery);
}

function toDelivery(row: DeliveryRow): Delivery {
  const { id, kind, subject, channel, place, title, body, state, attempts } = row;
  return {
    ...{ id, kind, subject, channel, place, title, body, state, attempts },
    ...(row.reason === null ? {} : { reason: row.reason }),
    created_at: new Date(row.created_at).toISOString(),
    ...(state === "queued" ? { due_at: new Date(row.due_at).toISOString() } : {}),
    ...(row.ended_at === null ? {} : { ended_at: new Date(row.ended_at).toISOString() }),
  };
}
