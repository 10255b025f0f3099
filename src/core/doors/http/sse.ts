/**
 * Frames → server-sent events: `id: <seq>` and `data: <JSON>` each, a comment while nothing comes. Frames are
 * pulled as the client reads, so a slow one costs no memory.
 */
import type { Clock } from "../../../lib/clock.ts";
import { stringifyJson } from "../../../wire/json.ts";
import type { Fields } from "../parse-input.ts";

export const HEARTBEAT_MS = 15_000;

export interface SseOptions {
  readonly clock: Clock;
  readonly heartbeatMs?: number;
  /** Asked at each heartbeat; the stream ends when it says no. */
  readonly stillAllowed: () => boolean;
  /** Ends the stream. */
  readonly signal: AbortSignal;
  /** The client left, or the stream ended. */
  readonly onEnd: () => void;
  readonly onError: (error: unknown) => void;
}

const encoder = new TextEncoder();
const HEARTBEAT = encoder.encode(":\n\n");

/** Takes over an iterator whose first `next` may be under way already. */
export function sseBody(
  iterator: AsyncIterator<Fields>,
  first: Promise<IteratorResult<Fields>>,
  options: SseOptions,
): ReadableStream<Uint8Array> {
  const { clock, heartbeatMs = HEARTBEAT_MS, stillAllowed, signal, onEnd, onError } = options;
  let pending: Promise<IteratorResult<Fields>> | undefined = first;
  const end = (): void => {
    onEnd();
    iterator.return?.().catch(() => {});
  };

  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    pending ??= iterator.next();
    const next = await orLater(pending, { clock, ms: heartbeatMs, signal });
    if (next === "late" && stillAllowed()) {
      controller.enqueue(HEARTBEAT);
      return;
    }
    if (next === "late" || next === "stopped" || next.done === true) {
      end();
      controller.close();
      return;
    }
    pending = undefined;
    controller.enqueue(encoder.encode(event(next.value)));
  };

  return new ReadableStream<Uint8Array>({
    // So that headers and a first byte are sent at once.
    start: (controller) => controller.enqueue(HEARTBEAT),
    pull: async (controller) => {
      try {
        await pull(controller);
      } catch (error) {
        // The client sees an end, comes back with Last-Event-ID and gets the reason as an answer.
        onError(error);
        end();
        controller.close();
      }
    },
    cancel: end,
  });
}

function event(frame: Fields): string {
  const seq = seqOf(frame);
  return `${seq === undefined ? "" : `id: ${seq}\n`}data: ${stringifyJson(frame)}\n\n`;
}

/** What Last-Event-ID says to go on after this frame. A gap has none: the snapshot that follows it has. */
function seqOf(frame: Fields): number | undefined {
  for (const part of [frame["event"], frame["snapshot"]]) {
    if (typeof part !== "object" || part === null || !("seq" in part)) continue;
    if (typeof part.seq === "number") return part.seq;
  }
  return undefined;
}

interface Patience {
  readonly clock: Clock;
  readonly ms: number;
  readonly signal: AbortSignal;
}

export async function orLater<T>(
  work: Promise<T>,
  { clock, ms, signal }: Patience,
): Promise<T | "late" | "stopped"> {
  if (signal.aborted) return "stopped";
  const early = Promise.withResolvers<"late" | "stopped">();
  const onAbort = (): void => early.resolve("stopped");
  signal.addEventListener("abort", onAbort, { once: true });
  const timer = clock.timer(ms, () => early.resolve("late"));
  try {
    return await Promise.race([work, early.promise]);
  } finally {
    timer.cancel();
    signal.removeEventListener("abort", onAbort);
  }
}
