import { describe, expect, test } from "bun:test";
import { type BrokerBed, brokerBed, OPERATOR } from "../../../test/support/broker-bed.ts";
import type { Timeline } from "../services.ts";

const note = (bed: BrokerBed, text: string) =>
  bed.db.writer.write((tx) => bed.timeline.append(tx, { type: "notice", level: "info", text }));

/** Reads until `count` frames came. */
async function read(timeline: Timeline, after: number, count: number) {
  const stop = new AbortController();
  const frames = [];
  for await (const frame of timeline.follow(after, stop.signal)) {
    frames.push(frame);
    if (frames.length === count) stop.abort();
  }
  return frames;
}

const seqs = (frames: Awaited<ReturnType<typeof read>>): number[] =>
  frames.map((frame) => (frame.type === "event" ? frame.event.seq : -frame.seq));

describe("the timeline", () => {
  test("gives every watcher every event once and in order [sse:gapless]", async () => {
    using bed = brokerBed();
    const early = Array.from({ length: 20 }, (_, n) => read(bed.timeline, 0, 600 - n));
    for (let n = 0; n < 600; n += 50)
      await Promise.all(Array.from({ length: 50 }, (_, m) => note(bed, `${n + m}`)));
    for (const [n, frames] of (await Promise.all(early)).entries()) {
      expect(seqs(frames)).toEqual(Array.from({ length: 600 - n }, (_, at) => at + 1));
    }
    using later = bed.restart();
    expect(seqs(await read(later.timeline, 590, 10))).toEqual([
      591, 592, 593, 594, 595, 596, 597, 598, 599, 600,
    ]);
  });

  test("a slow watcher reads on from the table, and nothing is kept for it", async () => {
    using bed = brokerBed();
    const stop = new AbortController();
    const slow = bed.timeline.follow(0, stop.signal)[Symbol.asyncIterator]();
    await note(bed, "first");
    expect((await slow.next()).value).toMatchObject({ event: { seq: 1 } });
    await Promise.all(Array.from({ length: 3_000 }, (_, n) => note(bed, `${n}`)));
    for (let seq = 2; seq <= 3_001; seq++)
      expect((await slow.next()).value).toMatchObject({ event: { seq } });
    stop.abort();
    expect((await slow.next()).done).toBe(true);
  });

  test("keeps the newest and announces the gap", async () => {
    using bed = brokerBed({ keep: 500 });
    await Promise.all(Array.from({ length: 2_000 }, (_, n) => note(bed, `${n}`)));
    const frames = await read(bed.timeline, 10, 3);
    expect(frames[0]).toEqual({ type: "gap", after: 10, seq: 1_500 });
    expect(seqs(frames).slice(1)).toEqual([1_501, 1_502]);
    using later = bed.restart();
    expect(seqs(await read(later.timeline, 10, 2))).toEqual([-1_500, 1_501]);
  });

  test("announces a gap to who knows more than there is", async () => {
    using bed = brokerBed();
    await note(bed, "x");
    expect(await read(bed.timeline, 99, 1)).toEqual([{ type: "gap", after: 99, seq: 1 }]);
  });

  test("holds nothing of a write that was rolled back", async () => {
    using bed = brokerBed();
    const heard: number[] = [];
    bed.timeline.onEvent(({ seq }) => heard.push(seq));
    const failing = bed.db.writer.write((tx) => {
      bed.timeline.append(tx, { type: "notice", level: "info", text: "never" });
      throw new Error("no");
    });
    const results = await Promise.allSettled([note(bed, "a"), failing, note(bed, "b")]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(heard).toEqual([1, 2]);
    expect(seqs(await read(bed.timeline, 0, 2))).toEqual([1, 2]);
  });

  test("cuts long bodies between characters; the message stays whole", async () => {
    using bed = brokerBed();
    const body = "€".repeat(5_000);
    const { ids } = await bed.broker.send(OPERATOR, { to: "alice", body, priority: "normal" });
    const [frame] = await read(bed.timeline, 0, 1);
    const data = frame?.type === "event" ? frame.event.data : undefined;
    expect(data?.type === "message" && data.message.body).toBe(`${"€".repeat(1_365)}…`);
    expect(bed.broker.get(ids[0] ?? "").body).toBe(body);
  });

  test("keeps 64-bit ids through the table", async () => {
    using bed = brokerBed();
    const id = 2n ** 63n - 1n;
    const approval = {
      ...{ id, kind: "spawn", status: "pending", description: "d", requested_by: "hm1nd" },
      ...{ agent: "x", commit_ref: "", requested_at: new Date(0).toISOString() },
    };
    await bed.db.writer.write((tx) => bed.timeline.append(tx, { type: "approval", approval } as never));
    using later = bed.restart();
    const [frame] = await read(later.timeline, 0, 1);
    expect(frame).toMatchObject({ event: { data: { approval: { id } } } });
  });
});
