import { describe, expect, test } from "bun:test";
import { manualClock } from "../lib/clock.ts";
import { LineError, type ReadLinesOptions, readLines } from "./json-lines.ts";

async function* from(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}

async function all(source: AsyncIterable<Uint8Array>, options?: ReadLinesOptions): Promise<string[]> {
  return await Array.fromAsync(readLines(source, options));
}

async function faultOf(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof LineError ? `${error.fault} ${error.code}` : String(error);
}

describe("readLines", () => {
  test("joins and splits chunks into lines", async () => {
    expect(await all(from("a", "b\nc\n\nd", "\n"))).toEqual(["ab", "c", "", "d"]);
  });

  test("keeps characters whole that arrive byte by byte", async () => {
    const bytes = [...Buffer.from("grüße 🙂\nü\n")].map((byte) => Uint8Array.of(byte));
    expect(await all(from(...bytes))).toEqual(["grüße 🙂", "ü"]);
  });

  test("takes a line of exactly the limit and refuses one byte more", async () => {
    expect(await all(from("x".repeat(10), "\n"), { maxBytes: 10 })).toEqual(["x".repeat(10)]);
    expect(await faultOf(all(from("x".repeat(11), "\n"), { maxBytes: 10 }))).toBe("line_too_long too_large");
  });

  test("stops reading a line without end at the limit", async () => {
    let pulled = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        pulled += 1;
        yield new Uint8Array(1024).fill(0x61);
      }
    }
    expect(await faultOf(all(endless(), { maxBytes: 10 * 1024 }))).toBe("line_too_long too_large");
    expect(pulled).toBe(11);
  });

  test("refuses bytes that are not utf-8", async () => {
    expect(await faultOf(all(from(Uint8Array.of(0x22, 0xff, 0x22, 0x0a))))).toBe("line_not_utf8 invalid");
  });

  test("refuses a half line at the end", async () => {
    expect(await faultOf(all(from("whole\nhal")))).toBe("line_incomplete invalid");
  });

  test("gives up on a line that is not finished in time, however often bytes trickle in", async () => {
    const clock = manualClock();
    async function* trickle(): AsyncGenerator<Uint8Array> {
      for (;;) {
        yield Buffer.from("x");
        await clock.sleep(400);
      }
    }
    const reading = faultOf(all(trickle(), { clock, lineTimeoutMs: 1_000 }));
    await clock.advance(1_000);
    expect(await reading).toBe("line_timeout timeout");
  });

  test("ends quietly between lines: by the signal, and by the idle timeout", async () => {
    const clock = manualClock();
    async function* oneThenSilence(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("one\n");
      await new Promise(() => {});
    }
    const idle = all(oneThenSilence(), { clock, idleTimeoutMs: 5_000 });
    await clock.advance(5_000);
    expect(await idle).toEqual(["one"]);
    const stop = new AbortController();
    const stopped = all(oneThenSilence(), { signal: stop.signal });
    await clock.advance(0);
    stop.abort();
    expect(await stopped).toEqual(["one"]);
  });
});
