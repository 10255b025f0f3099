/**
 * One stream connection, with the two things raw sockets lack: a bounded outgoing queue, and errors that end the
 * connection instead of the process. Reading lines is json-lines.ts.
 */
import type { Socket } from "node:net";
import type { Peer } from "./peer.ts";

export interface Conn {
  /** Growing number, for logs. */
  readonly id: number;
  /** Who connected, where the kernel tells. */
  readonly peer: Peer | undefined;
  /** What the other side sends; one reader only, read slowly means the sender waits. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /**
   * Queues. False: more than a little waits, go on after `drain()`. A reader so slow that the queue passes its
   * bound loses the connection. After the end it does nothing and says false.
   */
  write(data: string | Uint8Array): boolean;
  /** Resolves when there is room again (at once unless a write said false), or the connection is gone. */
  drain(): Promise<void>;
  /** Sends what is queued, then closes our side. */
  end(): void;
  /** Now, without sending what is queued. */
  destroy(error?: Error): void;
  /**
   * Resolves when both sides are closed, with the error if one ended it. Never rejects. That the other side went
   * away is seen only by reading (or by a failing write): keep a reader running on a connection that waits.
   */
  readonly closed: Promise<Error | undefined>;
  /** Aborted when the connection is gone. */
  readonly signal: AbortSignal;
}

export interface ConnOptions {
  readonly peer?: Peer | undefined;
  /** Bytes that may wait for a slow reader; 8 MiB when absent. */
  readonly maxQueued?: number;
}

let lastId = 0;

export function connFrom(socket: Socket, options: ConnOptions = {}): Conn {
  const { peer, maxQueued = 8 * 1024 * 1024 } = options;
  const gone = new AbortController();
  const closed = Promise.withResolvers<Error | undefined>();
  let failure: Error | undefined;
  socket.on("error", (error) => {
    failure ??= error;
  });
  socket.once("close", () => {
    gone.abort(failure ?? new Error("connection closed"));
    closed.resolve(failure);
  });

  const destroy = (error?: Error): void => {
    failure ??= error;
    socket.destroy();
  };
  const write = (data: string | Uint8Array): boolean => {
    if (socket.destroyed || socket.writableEnded) return false;
    const more = socket.write(data);
    if (socket.writableLength <= maxQueued) return more;
    destroy(new Error(`reader is too slow: ${socket.writableLength} bytes wait`));
    return false;
  };

  lastId += 1;
  return {
    id: lastId,
    peer,
    bytes: readable(socket),
    write,
    drain: () => drained(socket, gone.signal),
    end: () => {
      if (!socket.destroyed) socket.end();
    },
    destroy,
    closed: closed.promise,
    signal: gone.signal,
  };
}

function drained(socket: Socket, gone: AbortSignal): Promise<void> {
  // Below the high-water mark no "drain" event ever comes.
  if (gone.aborted || socket.destroyed || !socket.writableNeedDrain) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done);
      gone.removeEventListener("abort", done);
      resolve();
    };
    socket.on("drain", done);
    gone.addEventListener("abort", done);
  });
}

/** Leaving the loop must not close the socket: an answer may still be on its way. */
function readable(socket: Socket): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => socket.iterator({ destroyOnReturn: false }) };
}
