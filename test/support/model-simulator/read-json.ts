// Reads a request's JSON body, bounded.
import type { IncomingMessage } from "node:http";

const MAX_BODY_BYTES = 64 * 1024 * 1024;

export const readJson = async (request: IncomingMessage): Promise<{ value: unknown; bytes: number }> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk as Uint8Array);
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) throw new RangeError("the body is larger than 64 MiB");
    chunks.push(part);
  }
  return { value: JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown, bytes };
};
