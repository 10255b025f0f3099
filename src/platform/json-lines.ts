/**
 * Lines from a byte stream: bounded in size and in time, correct in UTF-8. What a line means is the caller's.
 * Splits on byte 0x0A before decoding, so that a character cut in two by the network stays whole.
 */
import { type Clock, systemClock } from "../lib/clock.ts";
import { HiveError } from "../wire/errors.ts";

export const MAX_LINE_BYTES = 1024 * 1024;

export type LineFault = "line_too_long" | "line_incomplete" | "line_not_utf8" | "line_timeout";

/** Why reading ended; after it nothing more can be read from this stream. */
export class LineError extends HiveError {
  readonly fault: LineFault;

  constructor(fault: LineFault, message: string) {
    super(
      fault === "line_too_long" ? "too_large" : fault === "line_timeout" ? "timeout" : "invalid",
      message,
    );
    this.fault = fault;
  }
}

export interface ReadLinesOptions {
  /** Longest line without its newline; 1 MiB when absent. */
  readonly maxBytes?: number;
  /** Ends reading without an error. */
  readonly signal?: AbortSignal;
  /** From the first byte of a line to its newline; no limit when absent. */
  readonly lineTimeoutMs?: number;
  /** Between lines; no limit when absent. Ends reading without an error. */
  readonly idleTimeoutMs?: number;
  readonly clock?: Clock;
}

const NEWLINE = 0x0a;

/** Collects chunks until a newline; never holds more than `maxBytes` of a line. */
function lineBuffer(maxBytes: number) {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let held = 0;

  const hold = (part: Uint8Array): void => {
    if (held + part.length > maxBytes) {
      throw new LineError("line_too_long", `a line is longer than "${maxBytes}" bytes`);
    }
    if (part.length === 0) return;
    parts.push(part);
    held += part.length;
  };
  const take = (): string => {
    const [first] = parts;
    const whole = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts, held);
    parts = [];
    held = 0;
    try {
      return decoder.decode(whole);
    } catch {
      throw new LineError("line_not_utf8", "a line is not valid utf-8");
    }
  };

  return {
    get held() {
      return held;
    },
    *push(chunk: Uint8Array): Generator<string> {
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
        hold(chunk.subarray(from, at));
        from = at + 1;
        yield take();
      }
      hold(chunk.subarray(from));
    },
  };
}

type Next = IteratorResult<Uint8Array> | "stopped" | "late";

interface Waiter {
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
}

/** The next chunk, unless the signal or the time comes first. */
function nextChunk(
  pending: Promise<IteratorResult<Uint8Array>>,
  ms: number | undefined,
  waiter: Waiter,
): Promise<Next> {
  const { signal, clock } = waiter;
  if (signal?.aborted) return Promise.resolve("stopped");
  if (signal === undefined && ms === undefined) return pending;
  const early = Promise.withResolvers<Next>();
  const onAbort = (): void => early.resolve("stopped");
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = ms === undefined ? undefined : clock.timer(ms, () => early.resolve("late"));
  return Promise.race([pending, early.promise]).finally(() => {
    signal?.removeEventListener("abort", onAbort);
    timer?.cancel();
  });
}

/**
 * Every complete line, without its newline. Throws LineError for a line that is too long, cut off by the end of
 * the stream, not UTF-8 or too slow. A connection that breaks between two lines just ends.
 */
export async function* readLines(
  source: AsyncIterable<Uint8Array> | { readonly bytes: AsyncIterable<Uint8Array> },
  options: ReadLinesOptions = {},
): AsyncGenerator<string, void, undefined> {
  const { maxBytes = MAX_LINE_BYTES, signal, clock = systemClock, lineTimeoutMs, idleTimeoutMs } = options;
  const buffer = lineBuffer(maxBytes);
  const chunks = ("bytes" in source ? source.bytes : source)[Symbol.asyncIterator]();
  let lineStarted = clock.monotonic();
  const patience = (): number | undefined => {
    if (buffer.held === 0) return idleTimeoutMs;
    return lineTimeoutMs === undefined ? undefined : lineStarted + lineTimeoutMs - clock.monotonic();
  };

  let pending: Promise<IteratorResult<Uint8Array>> | undefined;
  try {
    while (true) {
      pending = chunks.next().catch((error: unknown) => endOfBroken(error, buffer.held));
      const next = await nextChunk(pending, patience(), { signal, clock });
      if (next === "stopped" || (next === "late" && buffer.held === 0)) return;
      if (next === "late") throw new LineError("line_timeout", "a line was begun and not finished in time");
      pending = undefined;
      if (next.done === true) break;
      if (buffer.held === 0 || next.value.includes(NEWLINE)) lineStarted = clock.monotonic();
      yield* buffer.push(next.value);
    }
  } finally {
    // A generator with a read under way queues its return behind it; nobody may wait for that.
    const returned = chunks.return?.();
    if (pending === undefined) await returned;
    else returned?.catch(() => {});
  }
  if (buffer.held > 0) throw new LineError("line_incomplete", "the last line has no end");
}

function endOfBroken(_error: unknown, held: number): IteratorResult<Uint8Array> {
  if (held > 0) throw new LineError("line_incomplete", "the connection broke within a line");
  return { done: true, value: undefined };
}
