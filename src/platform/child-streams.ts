/** The three streams of a child process, made safe: see spawn.ts for what is promised. */
import type { Readable, Writable } from "node:stream";

export interface ChildStdin {
  /** False: hold back until `drain()`, or the child no longer reads (see `open`). */
  write(data: string | Uint8Array): boolean;
  /** Resolves when everything written was taken by the pipe, or the child closed its end. */
  drain(): Promise<void>;
  end(): void;
  readonly open: boolean;
}

export interface ChildOutput {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Ends reading, now. */
  release(): void;
}

/** Beyond this a writer is told to wait. */
const HIGH_WATER = 64 * 1024;

const CLOSED_STDIN: ChildStdin = {
  write: () => false,
  drain: () => Promise.resolve(),
  end: () => {},
  open: false,
};

/** Counts by write callbacks: Bun's child stdin reports a length of 0 and no `drain` (1.4.5, measured 2026-11). */
export function childStdin(stream: Writable | null): ChildStdin {
  if (stream === null) return CLOSED_STDIN;
  let pending = 0;
  let broken = false;
  const waiters = new Set<() => void>();
  const wake = (): void => {
    for (const resolve of waiters) resolve();
    waiters.clear();
  };
  const fail = (): void => {
    broken = true;
    wake();
  };
  // A child that ends while we write is an ordinary event; `exited` tells the story.
  stream.on("error", fail);
  stream.on("close", fail);
  const open = (): boolean => !broken && !stream.destroyed && !stream.writableEnded;
  return {
    get open() {
      return open();
    },
    write: (data) => {
      if (!open()) return false;
      const bytes = typeof data === "string" ? Buffer.from(data) : data;
      pending += bytes.length;
      stream.write(bytes, (error) => {
        pending -= bytes.length;
        if (error) fail();
        else if (pending === 0) wake();
      });
      return pending <= HIGH_WATER;
    },
    drain: () =>
      pending === 0 || broken ? Promise.resolve() : new Promise((resolve) => void waiters.add(resolve)),
    end: () => {
      if (open()) stream.end();
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* chunks(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch {
    // Released while it was read, or the pipe broke: either way that was all.
  }
}

/** Leaving the loop closes our end, so that a child which writes on gets EPIPE instead of waiting for ever. */
export function childOutput(stream: Readable | null): ChildOutput {
  if (stream === null) return { bytes: nothing(), release: () => {} };
  stream.on("error", () => {});
  return { bytes: chunks(stream), release: () => void stream.destroy() };
}
