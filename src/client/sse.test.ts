import { describe, expect, test } from "bun:test";
import { parseSse, type SseMessage } from "./sse.ts";

async function parse(...chunks: readonly (string | Uint8Array)[]): Promise<SseMessage[]> {
  async function* bytes() {
    for (const chunk of chunks) yield typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
  }
  return Array.fromAsync(parseSse(bytes()));
}

describe("server-sent events", () => {
  test("are the same however the network cuts them", async () => {
    const text =
      ": hello\r\n\r\nid: 7\r\ndata: one\r\ndata:two\r\n\r\nid: 8\ndata: ä€😀\n\ndata\rdata: x\r\r";
    const bytes = new TextEncoder().encode(text);
    const whole = await parse(text);
    expect(whole).toEqual([
      { data: "one\ntwo", id: "7" },
      { data: "ä€😀", id: "8" },
      { data: "\nx", id: "8" },
    ]);
    for (let cut = 1; cut < bytes.length; cut++) {
      expect(await parse(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(whole);
    }
    expect(await parse(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  test("keep their id until another comes, and lose it by an empty one", async () => {
    const ids = (await parse("id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n")).map(({ id }) => id);
    expect(ids).toEqual(["1", "1", undefined]);
  });

  test("that the end cuts off are dropped", async () => {
    expect(await parse("data: a\n\ndata: half")).toEqual([{ data: "a", id: undefined }]);
  });
});
