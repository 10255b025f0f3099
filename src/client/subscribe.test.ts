import { describe, expect, test } from "bun:test";
import { manualClock } from "../lib/clock.ts";
import { HiveError } from "../wire/errors.ts";
import { eventEndpoints } from "../wire/events.ts";
import { type StreamStatus, subscribe } from "./subscribe.ts";
import type { OpenRequest, Transport } from "./transport.ts";

const AT = "2026-11-23T12:00:00.000Z";
const event = (seq: number) => ({
  type: "event",
  event: { seq, at: AT, data: { type: "notice", level: "info", text: `n${seq}` } },
});

/** Each connection sends its list; an error in it breaks the connection there. */
function scripted(connections: readonly (readonly unknown[])[]) {
  const asked: (number | undefined)[] = [];
  const transport: Transport = {
    request: () => Promise.reject(new Error("not used")),
    async *open(_endpoint, { after, onOpen }: OpenRequest) {
      const script = connections[asked.length] ?? [];
      asked.push(after);
      for (const [index, body] of script.entries()) {
        if (body instanceof Error) throw body;
        if (index === 0) onOpen?.();
        yield { body };
      }
    },
  };
  return { transport, asked };
}

/** Reads `count` frames, letting the clock run on whenever it waits. */
async function read(transport: Transport, count: number, more: { failFirst?: boolean } = {}) {
  const clock = manualClock();
  const stop = new AbortController();
  const statuses: StreamStatus[] = [];
  const unknown: unknown[] = [];
  const frames: unknown[] = [];
  const reading = (async () => {
    const options = {
      input: {},
      signal: stop.signal,
      clock,
      random: () => 0,
      onStatus: (status: StreamStatus) => statuses.push(status),
      onUnknown: (body: unknown) => unknown.push(body),
      ...more,
    };
    for await (const frame of subscribe(transport, eventEndpoints.events, options)) {
      frames.push(frame);
      if (frames.length === count) break;
    }
  })();
  let done = false;
  const finished = reading.finally(() => {
    done = true;
  });
  finished.catch(() => {});
  for (let turn = 0; turn < 100 && !done; turn++) await clock.advance(10_000);
  stop.abort();
  await finished;
  return { frames, statuses, unknown };
}

describe("subscribe", () => {
  test("resumes after the last seq it saw, and gives each frame once", async () => {
    const cut = new HiveError("unavailable", "cut");
    const { transport, asked } = scripted([[event(4), event(5), cut], [], [event(6)]]);
    const { frames } = await read(transport, 3);
    expect(frames).toEqual([event(4), event(5), event(6)]);
    expect(asked).toEqual([undefined, 5, 5]);
  });

  test("hands a gap on, and resumes after it", async () => {
    const gap = { type: "gap", after: 1, seq: 40 };
    const { transport, asked } = scripted([[gap], [event(41)]]);
    const { frames } = await read(transport, 2);
    expect(frames).toEqual([gap, event(41)]);
    expect(asked).toEqual([undefined, 40]);
  });

  test("leaves out a frame of a newer version without losing its place", async () => {
    const future = { type: "event", event: { seq: 9, at: AT, data: { type: "brand_new" } } };
    const { transport, asked } = scripted([[event(8), future], [event(10)]]);
    const { frames, unknown } = await read(transport, 2);
    expect(frames).toEqual([event(8), event(10)]);
    expect(unknown).toEqual([future]);
    expect(asked).toEqual([undefined, 9]);
  });

  test("waits longer each time nobody answers, and says so", async () => {
    const down = new HiveError("unavailable", "down");
    const { transport } = scripted([[down], [down], [down], [event(1)], [event(2)]]);
    const { statuses } = await read(transport, 2);
    const waits = statuses.flatMap((status) => (status.kind === "lost" ? [status.retry_in_ms] : []));
    expect(waits).toEqual([250, 500, 1000, 250]);
    expect(statuses.at(-1)).toEqual({ kind: "open" });
  });

  test("gives up on an answer that trying again cannot change", async () => {
    const { transport, asked } = scripted([[event(1)], [new HiveError("unauthorized", "no")]]);
    await expect(read(transport, 2)).rejects.toMatchObject({ code: "unauthorized" });
    expect(asked.length).toBe(2);
  });

  test("fails at once, when asked to, if it never was connected", async () => {
    const { transport } = scripted([[new HiveError("unavailable", "down")], [event(1)]]);
    await expect(read(transport, 1, { failFirst: true })).rejects.toMatchObject({ code: "unavailable" });
  });

  test("ends quietly when its signal is aborted", async () => {
    const { transport } = scripted([]);
    expect((await read(transport, 1)).frames).toEqual([]);
  });
});
