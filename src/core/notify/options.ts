/** What the notifier offers, and what it is built from. */
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../platform/log.ts";
import type { Input, Output } from "../../wire/endpoint.ts";
import type { HiveEventData } from "../../wire/events.ts";
import type { Delivery, NotifyChannel, PushSubscriber } from "../../wire/notify.ts";
import type { operatorWire } from "../../wire/wire.ts";
import type { Db } from "../db/db.ts";
import type { Actor, Audit, Timeline } from "../services.ts";
import type { NotifySettings } from "../settings-notify.ts";
import type { Fetch } from "./channel.ts";
import type { Vapid } from "./push-crypto.ts";

type Op = typeof operatorWire;

export interface Notify {
  info(): Output<Op["notify"]>;
  subscribe(actor: Actor, input: Input<Op["notifySubscribe"]>, userAgent: string): Promise<PushSubscriber>;
  unsubscribe(actor: Actor, id: string): Promise<void>;
  deliveries(limit: number): Delivery[];
  /** Over every channel, or one, at once. */
  test(channel: NotifyChannel | undefined, signal: AbortSignal): Promise<Delivery[]>;
  start(signal: AbortSignal): void;
}

export interface NotifyOptions {
  readonly db: Db;
  readonly timeline: Pick<Timeline, "onEvent">;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: () => string;
  readonly log: Logger;
  readonly settings: NotifySettings;
  /** Absent while web push is off. */
  readonly vapid?: Vapid | undefined;
  readonly ntfyToken?: string | undefined;
  readonly webhookSecret?: string | undefined;
  readonly fetch: Fetch;
  /** Root of the dashboard, with a trailing slash. */
  readonly home: () => string;
  /** Name of this hive. */
  readonly hive: string;
  /** What may have happened while nobody listened, told at the start as if it happened now. */
  readonly missed: () => readonly HiveEventData[];
}
