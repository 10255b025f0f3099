/** A way to tell a human something, and the one HTTP request that all of them make. */
import type { Clock } from "../../lib/clock.ts";
import { errnoOf } from "../../platform/errno.ts";
import type { NotifyChannel } from "../../wire/notify.ts";

export interface Note {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly title: string;
  readonly body: string;
  /** Where a click leads. */
  readonly url: string;
  readonly urgent: boolean;
  readonly created_at: number;
}

export interface Target {
  /** Of a push subscriber; empty where a channel has one target only. */
  readonly subscriber: string;
  /** Host name, for the log. */
  readonly place: string;
}

export type Sent =
  | { readonly kind: "sent" }
  /** It may work later. */
  | { readonly kind: "again"; readonly reason: string; readonly afterMs?: number }
  /** It never will. */
  | { readonly kind: "refused"; readonly reason: string }
  /** Nor will anything else to this target. */
  | { readonly kind: "gone"; readonly reason: string };

export interface Channel {
  readonly name: NotifyChannel;
  targets(): readonly Target[];
  send(note: Note, subscriber: string, signal: AbortSignal): Promise<Sent>;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface PostOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
}

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
}

const POST_MS = 10_000;
const RETRY_AFTER_MAX_MS = 3_600_000;
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

/** Follows no redirect and reads no answer: whoever answers gets nothing to play with. */
export async function post(
  { fetch, clock }: PostOptions,
  { url, headers, body, signal }: Post,
): Promise<Sent> {
  const late = new AbortController();
  const timer = clock.timer(POST_MS, () => late.abort());
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.any([signal, late.signal]),
    });
    // Nobody waits for the rest of it.
    response.body?.cancel().catch(() => {});
    return judge(response);
  } catch (error) {
    if (late.signal.aborted) return { kind: "again", reason: `no answer within ${POST_MS / 1000} s` };
    // Not the message: it may hold the address, which is a secret of the browser's.
    return { kind: "again", reason: `cannot be reached (${errnoOf(error) ?? "network"})` };
  } finally {
    timer.cancel();
  }
}

function judge({ status, headers }: Response): Sent {
  if (status >= 200 && status < 300) return { kind: "sent" };
  const reason = `answered ${status}`;
  if (status === 404 || status === 410) return { kind: "gone", reason };
  if (status >= 300 && status < 400)
    return { kind: "refused", reason: `${reason}: redirects are not followed` };
  if (status < 500 && !LATER.has(status)) return { kind: "refused", reason };
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  if (!(seconds > 0)) return { kind: "again", reason };
  return { kind: "again", reason, afterMs: Math.min(RETRY_AFTER_MAX_MS, seconds * 1000) };
}
