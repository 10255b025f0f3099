import { describe, expect, test } from "bun:test";
import { readSse } from "./bounded-body.ts";

function pieces(...texts: readonly string[]): Response {
  const encoder = new TextEncoder();
  let at = 0;
  return new Response(
    new ReadableStream({
      pull: (out) => {
        const text = texts[at++];
        if (text === undefined) out.close();
        else out.enqueue(encoder.encode(text));
      },
    }),
  );
}

const read = (response: Response): Promise<string[]> =>
  Array.fromAsync(
    readSse(response, { maxFrame: 1024 * 1024, quietMs: 5_000, signal: new AbortController().signal }),
  );

describe("server-sent events of somebody hostile", () => {
  test("are the same however they are cut into pieces", async () => {
    const text = ": hi\r\n\r\ndata: a\r\n\r\ndata: b\ndata: c\n\nid: 3\ndata:d\n\n\ndata: e\n\n";
    const want = ["a", "b\nc", "d", "e"];
    expect(await read(pieces(text))).toEqual(want);
    expect(await read(pieces(...text))).toEqual(want);
    for (let at = 1; at < text.length; at++)
      expect(await read(pieces(text.slice(0, at), text.slice(at)))).toEqual(want);
  });

  test("cost no more when they drip [agent:confined]", async () => {
    const started = performance.now();
    const drips = Array.from({ length: 20_000 }, () => "y");
    const got = await read(pieces(`data: ${"x".repeat(1_000_000)}`, ...drips, "\n\n"));
    expect(got[0]?.length).toBe(1_020_000);
    // Looking at all of it for each byte took 20,000 times a megabyte.
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
