/** Browsers that asked for web push. */
import { HiveError } from "../../wire/errors.ts";
import type { PushSubscriber } from "../../wire/notify.ts";
import type { SubscriberRow, SubscriberStore } from "../db/stores/push-subscribers.ts";
import { checkPushEndpoint } from "./channels/push.ts";
import { oneLine } from "./news.ts";
import type { Notify, NotifyOptions } from "./options.ts";

/** Each costs a request for each notification. */
const MOST = 20;
const USER_AGENT_CHARS = 200;

type Subscribers = Pick<Notify, "subscribe" | "unsubscribe">;

export function createSubscribers(options: NotifyOptions, store: SubscriberStore): Subscribers {
  const { db, ids, clock, audit, settings } = options;
  return {
    subscribe: async (actor, { endpoint, p256dh, auth }, userAgent) => {
      if (options.vapid === undefined) throw pushIsOff();
      checkPushEndpoint(endpoint, settings.push.allow_loopback);
      return db.writer.write((tx) => {
        const known = store.at(endpoint);
        if (known !== undefined) {
          store.update(tx, known.id, { p256dh, auth });
          return toSubscriber({ ...known, p256dh, auth });
        }
        if (store.all().length >= MOST)
          throw new HiveError("limit", `${MOST} browsers get notifications already`, {
            hint: "remove one in the settings of the dashboard",
          });
        const row: SubscriberRow = {
          ...{ id: ids(), endpoint, p256dh, auth, created_at: clock.now(), last_sent_at: null },
          user_agent: oneLine(userAgent, USER_AGENT_CHARS),
        };
        store.add(tx, row);
        audit.append(tx, { actor, action: "notify_subscribe", target: row.id });
        return toSubscriber(row);
      });
    },
    unsubscribe: (actor, id) =>
      db.writer.write((tx) => {
        if (!store.remove(tx, id)) throw new HiveError("not_found", `there is no subscriber "${id}"`);
        audit.append(tx, { actor, action: "notify_unsubscribe", target: id });
      }),
  };
}

function pushIsOff(): HiveError {
  return new HiveError("unsupported", "web push is off", {
    hint: 'set "notify.push.enabled" in the settings',
  });
}

export function toSubscriber(row: SubscriberRow): PushSubscriber {
  return {
    id: row.id,
    place: new URL(row.endpoint).hostname,
    user_agent: row.user_agent,
    created_at: new Date(row.created_at).toISOString(),
    ...(row.last_sent_at === null ? {} : { last_sent_at: new Date(row.last_sent_at).toISOString() }),
  };
}
