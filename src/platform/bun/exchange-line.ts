/** Bun.connect, which is native and needs no module. */
import type { ExchangeOptions } from "../exchange-line.ts";

const NEWLINE = 0x0a;

export async function exchange({ path, line, maxBytes }: ExchangeOptions): Promise<string | undefined> {
  const answer = Promise.withResolvers<string | undefined>();
  // What write() does not take it does not keep: the rest waits here for drain.
  let unsent = new TextEncoder().encode(`${line}\n`);
  const parts: Uint8Array[] = [];
  let held = 0;
  const flush = (socket: { write(data: Uint8Array): number }): void => {
    unsent = unsent.subarray(Math.max(0, socket.write(unsent)));
  };
  const socket = await Bun.connect({
    unix: path,
    socket: {
      open: flush,
      drain: flush,
      data(_socket, chunk) {
        const end = chunk.indexOf(NEWLINE);
        const part = end === -1 ? chunk.slice() : chunk.slice(0, end);
        parts.push(part);
        held += part.length;
        if (held > maxBytes) answer.resolve(undefined);
        else if (end !== -1) answer.resolve(joined(parts));
      },
      close: () => answer.resolve(undefined),
      error: (_socket, error) => answer.reject(error),
    },
  });
  try {
    return await answer.promise;
  } finally {
    socket.end();
  }
}

function joined(parts: readonly Uint8Array[]): string {
  const [only] = parts;
  const whole = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
  return new TextDecoder().decode(whole);
}
