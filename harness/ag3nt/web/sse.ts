/** Journal frames as server-sent events: pulled one by one, so a client that does not read costs no memory. */
import type { Clock } from "../../../src/lib/clock.ts";
import type { JournalFrame } from "../../../src/wire/journal.ts";

const HEARTBEAT_MS = 15_000;

export interface SseOptions {
  readonly frames: AsyncIterable<JournalFrame>;
  /** Ends `frames`. */
  readonly end: AbortController;
  readonly clock: Clock;
}

/** Frames that a client resumes behind carry their number as the id. */
export function sseMessage(frame: JournalFrame): string {
  const data = `data: ${JSON.stringify(frame)}\n\n`;
  if (frame.type === "event") return `id: ${frame.event.seq}\n${data}`;
  return frame.type === "gap" ? `id: ${frame.seq}\n${data}` : data;
}

export function sseBody({ frames, end, clock }: SseOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = frames[Symbol.asyncIterator]();
  let pending: Promise<IteratorResult<JournalFrame>> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      // At once, so that the client sees its headers.
      start: (controller) => controller.enqueue(encoder.encode(": ready\n\n")),
      pull: async (controller) => {
        pending ??= iterator.next();
        const next = await orQuiet(pending, clock);
        if (next === undefined) {
          controller.enqueue(encoder.encode(": alive\n\n"));
          return;
        }
        pending = undefined;
        if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(sseMessage(next.value)));
      },
      cancel: () => end.abort(),
    },
    { highWaterMark: 1 },
  );
}

async function orQuiet<T>(work: Promise<T>, clock: Clock): Promise<T | undefined> {
  const quiet = Promise.withResolvers<undefined>();
  const timer = clock.timer(HEARTBEAT_MS, () => quiet.resolve(undefined));
  try {
    return await Promise.race([work, quiet.promise]);
  } finally {
    timer.cancel();
  }
}
