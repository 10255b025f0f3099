/** The channels that the settings ask for. */
import type { SubscriberStore } from "../db/stores/push-subscribers.ts";
import type { Channel } from "./channel.ts";
import { ntfyChannel } from "./channels/ntfy.ts";
import { pushChannel } from "./channels/push.ts";
import { webhookChannel } from "./channels/webhook.ts";
import type { NotifyOptions } from "./options.ts";

export function makeChannels(options: NotifyOptions, { all }: SubscriberStore): readonly Channel[] {
  const { settings, vapid, ntfyToken, webhookSecret, fetch, clock, hive } = options;
  const means = { fetch, clock };
  const { ntfy, webhook } = settings;
  return [
    ...(vapid === undefined ? [] : [pushChannel({ ...means, vapid, subscribers: all })]),
    ...(ntfy === undefined ? [] : [ntfyChannel({ ...means, url: ntfy.url, token: ntfyToken })]),
    ...(webhook === undefined || webhookSecret === undefined
      ? []
      : [webhookChannel({ ...means, url: webhook.url, secret: webhookSecret, hive })]),
  ];
}
