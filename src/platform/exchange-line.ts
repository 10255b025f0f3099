/**
 * One line to a unix socket, one line back. The short way for a client that asks once: loading node:net takes
 * longer than everything else such a client does (2026-11), so under Bun it is not loaded. Streams: unix-socket.ts.
 */

export interface ExchangeOptions {
  readonly path: string;
  /** Without its newline. */
  readonly line: string;
  /** Longest answer. */
  readonly maxBytes: number;
}

/**
 * The answer without its newline; undefined when the other side closed before it was whole, or said more than
 * allowed. Throws what the system said, with its `code`, when there is no connection.
 */
export async function exchangeLine(options: ExchangeOptions): Promise<string | undefined> {
  const driver =
    "Bun" in globalThis ? await import("./bun/exchange-line.ts") : await import("./deno/exchange-line.ts");
  return driver.exchange(options);
}
