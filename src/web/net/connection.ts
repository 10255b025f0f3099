/** One stream that is always being kept: its frames in batches, its state for the banner, and a way to hurry it. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { StreamStatus } from "../../client/subscribe.ts";
import { HiveError } from "../../wire/errors.ts";

export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "lost"; readonly error: HiveError; readonly retrying: boolean }
  /** Trying again cannot help. */
  | { readonly kind: "ended"; readonly error: HiveError };

export interface Keeper {
  readonly connection: ReadonlySignal<Connection>;
  /** Drops what is there and connects at once. */
  restart(): void;
  stop(): void;
}

export interface KeepOptions<F> {
  /** Opens the stream after what is known by now. Ends only when aborted; throws what is final. */
  readonly open: (signal: AbortSignal, onStatus: (status: StreamStatus) => void) => AsyncIterable<F>;
  readonly onFrames: (frames: readonly F[]) => void;
  readonly onFinal?: (error: HiveError) => void;
}

/** Frames that come together are drawn together. */
const BATCH_MS = 16;

export function keepStream<F>(options: KeepOptions<F>): Keeper {
  const connection = signal<Connection>({ kind: "connecting" });
  let abort = new AbortController();
  let waiting: F[] = [];
  const flush = (): void => {
    const frames = waiting;
    waiting = [];
    if (frames.length > 0) options.onFrames(frames);
  };
  const onStatus = (status: StreamStatus): void => {
    if (status.kind === "open") connection.value = { kind: "live" };
    else if (status.kind === "lost")
      connection.value = { kind: "lost", error: status.error, retrying: false };
    else {
      // Peeked: this may run inside somebody's effect.
      const known = connection.peek();
      if (known.kind === "lost") connection.value = { ...known, retrying: true };
    }
  };
  const run = async (signal: AbortSignal): Promise<void> => {
    try {
      for await (const frame of options.open(signal, (status) => {
        if (!signal.aborted) onStatus(status);
      })) {
        if (signal.aborted) return;
        if (waiting.push(frame) === 1) setTimeout(flush, BATCH_MS);
      }
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asError(thrown);
      connection.value = { kind: "ended", error };
      options.onFinal?.(error);
    }
  };
  void run(abort.signal);
  return {
    connection,
    restart: () => {
      flush();
      abort.abort();
      abort = new AbortController();
      void run(abort.signal);
    },
    stop: () => abort.abort(),
  };
}

export function asError(thrown: unknown): HiveError {
  if (thrown instanceof HiveError) return thrown;
  return new HiveError("internal", thrown instanceof Error ? thrown.message : String(thrown));
}
