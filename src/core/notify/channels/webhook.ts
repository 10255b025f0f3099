/** Any program that takes JSON: the body is signed together with the time, so that it can be neither forged nor replayed. */
import { createHmac } from "node:crypto";
import { type Channel, type PostOptions, post } from "../channel.ts";

export interface WebhookOptions extends PostOptions {
  readonly url: string;
  readonly secret: string;
  /** Name of this hive. */
  readonly hive: string;
}

export function webhookChannel(options: WebhookOptions): Channel {
  const { url, secret, hive, clock } = options;
  return {
    name: "webhook",
    targets: () => [{ subscriber: "", place: new URL(url).hostname }],
    send: ({ created_at, ...note }, _subscriber, signal) => {
      const body = JSON.stringify({
        version: 1,
        hive,
        ...note,
        created_at: new Date(created_at).toISOString(),
      });
      const seconds = Math.floor(clock.now() / 1000);
      return post(options, {
        url,
        signal,
        headers: {
          "content-type": "application/json",
          "x-hive-delivery": note.id,
          "x-hive-signature": `t=${seconds},v1=${sign(secret, `${seconds}.${body}`)}`,
        },
        body,
      });
    },
  };
}

function sign(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}
