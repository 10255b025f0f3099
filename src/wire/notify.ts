/** Notifications: what is told to a human who is not looking, over which channel, and whether it arrived. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { Timestamp, Ulid } from "./ids.ts";

/** Only what waits for a human is told; `test` is what the button sends. */
export const NewsKind = z.enum(["approval", "question", "login", "agent", "deploy", "budget", "test"]);
export type NewsKind = z.output<typeof NewsKind>;

export const NotifyChannel = z.enum(["push", "ntfy", "webhook"]);
export type NotifyChannel = z.output<typeof NotifyChannel>;

export const DeliveryState = z.enum(["queued", "sent", "failed", "dropped"]);

export const Delivery = z.object({
  id: Ulid,
  kind: z.string(),
  /** What it is about, e.g. `approval:7`. */
  subject: z.string(),
  channel: z.string(),
  /** Host name of the service it goes to. */
  place: z.string(),
  title: z.string(),
  body: z.string(),
  state: DeliveryState,
  attempts: z.int(),
  /** Why it failed, was dropped, or waits. */
  reason: z.string().optional(),
  created_at: Timestamp,
  /** While `queued`: not before. */
  due_at: Timestamp.optional(),
  ended_at: Timestamp.optional(),
});
export type Delivery = z.output<typeof Delivery>;

export const PushSubscriber = z.object({
  id: Ulid,
  /** Host name of the browser's push service. */
  place: z.string(),
  user_agent: z.string(),
  created_at: Timestamp,
  last_sent_at: Timestamp.optional(),
});
export type PushSubscriber = z.output<typeof PushSubscriber>;

const QuietHours = z.object({ from: z.string(), to: z.string(), time_zone: z.string() });

/** Base64url without padding, of exactly so many bytes. */
function bytesText(length: number, what: string) {
  const chars = Math.ceil((length * 4) / 3);
  const form = new RegExp(`^[A-Za-z0-9_-]{${chars}}$`);
  return z.string().regex(form, { error: `is not ${what}: ${length} bytes in base64url` });
}

export const notifyEndpoints = {
  notify: endpoint({
    cmd: "notify",
    http: ["GET", "/api/v1/notify"],
    access: "operator",
    input: z.strictObject({}),
    output: z.object({
      /** Those that are set up. */
      channels: z.array(z.string()),
      level: z.string(),
      quiet_hours: QuietHours.optional(),
      /** For a browser's `applicationServerKey`; absent while web push is off. */
      push_key: z.string().optional(),
      subscribers: z.array(PushSubscriber),
    }),
    summary: "How notifications are set up, and the browsers that get them.",
  }),
  notifySubscribe: endpoint({
    cmd: "notify_subscribe",
    http: ["POST", "/api/v1/notify/subscribers"],
    access: "operator",
    input: z.strictObject({
      /** Of the browser's push service, as its PushSubscription says. */
      endpoint: z.url().max(2048),
      p256dh: bytesText(65, "a public key"),
      auth: bytesText(16, "a secret"),
    }),
    output: z.object({ subscriber: PushSubscriber }),
    summary: "Web push to one more browser; the same endpoint again replaces its keys.",
  }),
  notifyUnsubscribe: endpoint({
    cmd: "notify_unsubscribe",
    http: ["POST", "/api/v1/notify/subscribers/:id/remove"],
    access: "operator",
    input: z.strictObject({ id: Ulid }),
    output: z.object({}),
    summary: "No more web push to one browser.",
  }),
  notifyDeliveries: endpoint({
    cmd: "notify_deliveries",
    http: ["GET", "/api/v1/notify/deliveries"],
    access: "operator",
    input: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
    output: z.object({ deliveries: z.array(Delivery) }),
    summary: "What was told over which channel, newest first.",
  }),
  notifyTest: endpoint({
    cmd: "notify_test",
    http: ["POST", "/api/v1/notify/test"],
    access: "operator",
    input: z.strictObject({ channel: NotifyChannel.optional() }),
    output: z.object({ deliveries: z.array(Delivery) }),
    summary: "Send a test over every channel, or one, and say how each went. Quiet hours do not hold it.",
  }),
} as const;
