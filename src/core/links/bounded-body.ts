/** Reading an answer that somebody hostile may have written: never more than the bound, never longer than told. */
import { HiveError } from "../../wire/errors.ts";

/** The body as text; throws too_large past `maxBytes`. */
export async function readBody(response: Response, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.byteLength;
    if (length > maxBytes) throw new HiveError("too_large", `the answer is larger than ${maxBytes} bytes`);
    parts.push(part);
  }
  return new TextDecoder().decode(Buffer.concat(parts, length));
}

export interface ReadSseOptions {
  /** Bytes of one event. */
  readonly maxFrame: number;
  /** Longest time without a byte. */
  readonly quietMs: number;
  readonly signal: AbortSignal;
}

/** The `data` of each server-sent event. Ids and comments are left out: the frames say all that is needed. */
export async function* readSse(
  response: Response,
  options: ReadSseOptions,
): AsyncGenerator<string, void, undefined> {
  const { maxFrame, quietMs, signal } = options;
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const decoder = new TextDecoder();
  const cutter = eventCutter(maxFrame);
  try {
    while (!signal.aborted) {
      const part = await within(reader.read(), quietMs, signal);
      if (part === undefined || part.done) return;
      for (const event of cutter(decoder.decode(part.value, { stream: true }))) {
        const data = dataOf(event);
        if (data !== "") yield data;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Events out of pieces. A piece is looked at once: a megabyte that drips byte by byte costs no more than one that pours. */
function eventCutter(maxFrame: number): (piece: string) => string[] {
  let parts: string[] = [];
  let held = 0;
  /** The last characters of what is held: an end may lie across two pieces. */
  let seam = "";
  return (piece) => {
    parts.push(piece);
    held += piece.length;
    const near = seam + piece;
    seam = near.slice(-3);
    if (!/\n\r?\n/.test(near) && held <= maxFrame) return [];
    const events = parts.join("").split(/\r?\n\r?\n/);
    const rest = events.pop() ?? "";
    if (rest.length > maxFrame || events.some((event) => event.length > maxFrame)) {
      throw new HiveError("too_large", `a frame is larger than ${maxFrame} bytes`);
    }
    parts = [rest];
    held = rest.length;
    seam = rest.slice(-3);
    return events;
  };
}

function dataOf(event: string): string {
  return event
    .split(/\r?\n/)
    .flatMap((line) => (line.startsWith("data:") ? [line.slice(5).replace(/^ /, "")] : []))
    .join("\n");
}

/** Undefined when the signal came first; throws when it took too long. */
async function within<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T | undefined> {
  const early = Promise.withResolvers<undefined>();
  const onAbort = (): void => early.resolve(undefined);
  const timer = setTimeout(() => early.reject(new HiveError("timeout", "nothing came for too long")), ms);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, early.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}
