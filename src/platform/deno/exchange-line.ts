/** Over node:net, which every runtime has. */
import type { ExchangeOptions } from "../exchange-line.ts";
import { readLines } from "../json-lines.ts";
import { ConnectError, connectUnix } from "../unix-socket.ts";

export async function exchange({ path, line, maxBytes }: ExchangeOptions): Promise<string | undefined> {
  const conn = await connectUnix(path).catch((error: unknown) => {
    throw error instanceof ConnectError ? error.cause : error;
  });
  try {
    conn.write(`${line}\n`);
    for await (const answer of readLines(conn, { maxBytes })) return answer;
    return undefined;
  } finally {
    conn.destroy();
  }
}
