/**
 * A stream that outlives its connections: reconnects with backoff and resumes after the last seq it saw, so that
 * no frame is missed and none comes twice. What was lost for good arrives as the wire's own `gap` frame.
 * It never ends by itself: leave the loop, or abort the signal. Browser-safe.
 */
import { backoff } from "../lib/backoff.ts";
import { type Clock, systemClock } from "../lib/clock.ts";
import type { CallInput, Endpoint, Output } from "../wire/endpoint.ts";
import { type ErrorCode, HiveError } from "../wire/errors.ts";
import type { Fields, RawFrame, Transport } from "./transport.ts";

export type StreamStatus =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  /** It is tried again after `retry_in_ms`. */
  | { readonly kind: "lost"; readonly error: HiveError; readonly retry_in_ms: number };

export interface SubscribeOptions<E extends Endpoint> {
  readonly input: CallInput<E>;
  /** Ends the stream without an error. */
  readonly signal: AbortSignal;
  /** Resume after this seq from the start, e.g. the snapshot's that is already shown. */
  readonly after?: number;
  readonly onStatus?: (status: StreamStatus) => void;
  /** Each frame as it came, before it is read. */
  readonly onRaw?: (body: unknown) => void;
  /** A frame this version does not know; it is left out. */
  readonly onUnknown?: (body: unknown) => void;
  /** Throw when the very first connection fails, instead of trying on. */
  readonly failFirst?: boolean;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** Trying again cannot change these answers. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  "invalid",
  "unknown_command",
  "unauthorized",
  "forbidden",
  "not_found",
  "unsupported",
  "cancelled",
]);

const RETRY_BASE_MS = 250;
const RETRY_CAP_MS = 10_000;

/** Throws HiveError for an answer that trying again cannot change. */
export async function* subscribe<E extends Endpoint>(
  transport: Transport,
  endpoint: E,
  options: SubscribeOptions<E>,
): AsyncGenerator<Output<E>, void, undefined> {
  for await (const { body } of resumed(transport, endpoint, options)) {
    options.onRaw?.(body);
    const parsed = endpoint.output.safeParse(body);
    if (parsed.success) yield parsed.data as Output<E>;
    else options.onUnknown?.(body);
  }
}

async function* resumed<E extends Endpoint>(
  transport: Transport,
  endpoint: E,
  options: SubscribeOptions<E>,
): AsyncGenerator<RawFrame, void, undefined> {
  const { signal, onStatus, failFirst = false, clock = systemClock, random = Math.random } = options;
  const input = options.input as Fields;
  const onOpen = (): void => onStatus?.({ kind: "open" });
  let after = options.after;
  let attempt = 0;
  let first = failFirst;
  while (!signal.aborted) {
    onStatus?.({ kind: "connecting" });
    let error = new HiveError("unavailable", "the stream was cut");
    try {
      for await (const frame of transport.open(endpoint, { input, after, signal, onOpen })) {
        attempt = 0;
        after = seqOf(frame) ?? after;
        yield frame;
      }
    } catch (thrown) {
      error = asHiveError(thrown);
      if (!signal.aborted && (FINAL.has(error.code) || (first && attempt === 0))) throw error;
    }
    if (signal.aborted) return;
    first = false;
    const wait = backoff({ base: RETRY_BASE_MS, cap: RETRY_CAP_MS, attempt, jitter: 0.5, random });
    attempt += 1;
    onStatus?.({ kind: "lost", error, retry_in_ms: wait });
    await clock.sleep(wait, signal).catch(() => {});
  }
}

function asHiveError(thrown: unknown): HiveError {
  if (thrown instanceof HiveError) return thrown;
  return new HiveError("unavailable", "the stream broke", { cause: thrown });
}

/** Where to resume: the transport's id, else the seq that every stored frame of the wire carries. */
function seqOf({ id, body }: RawFrame): number | undefined {
  if (id !== undefined) return id;
  if (!isRecord(body)) return undefined;
  if (body["type"] === "event") return numberIn(body["event"]);
  if (body["type"] === "snapshot") return numberIn(body["snapshot"]);
  return body["type"] === "gap" ? numberIn(body) : undefined;
}

function numberIn(holder: unknown): number | undefined {
  const seq = isRecord(holder) ? holder["seq"] : undefined;
  return typeof seq === "number" ? seq : undefined;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
