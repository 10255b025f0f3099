import { describe, expect, test } from "bun:test";
import { manualClock, systemClock } from "./clock.ts";

describe("manual clock", () => {
  test("wakes sleepers in the order of their times, and shows each its own time", async () => {
    const clock = manualClock(1_000);
    const seen: string[] = [];
    const sleeper = async (name: string, ms: number) => {
      await clock.sleep(ms);
      seen.push(`${name}@${clock.now()}`);
    };
    const all = Promise.all([sleeper("late", 30), sleeper("early", 10), sleeper("middle", 20)]);
    await clock.advance(25);
    expect(seen).toEqual(["early@1010", "middle@1020"]);
    await clock.advance(5);
    await all;
    expect(seen).toEqual(["early@1010", "middle@1020", "late@1030"]);
  });

  test("runs what a callback adds within the same advance", async () => {
    const clock = manualClock();
    const seen: number[] = [];
    const again = (): void => {
      seen.push(clock.now());
      if (seen.length < 3) clock.timer(10, again);
    };
    clock.timer(10, again);
    await clock.advance(100);
    expect(seen).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(100);
  });

  test("does not run a cancelled timer", async () => {
    const clock = manualClock();
    let ran = false;
    clock
      .timer(5, () => {
        ran = true;
      })
      .cancel();
    await clock.advance(10);
    expect(ran).toBe(false);
    expect(clock.pending).toBe(0);
  });

  test("jumps the wall clock without waking anybody", async () => {
    const clock = manualClock();
    let woke = false;
    const sleeping = clock.sleep(1_000).then(() => {
      woke = true;
    });
    clock.jump(3_600_000);
    await clock.advance(0);
    expect([clock.now(), clock.monotonic(), woke]).toEqual([3_600_000, 0, false]);
    await clock.advance(1_000);
    await sleeping;
    expect(woke).toBe(true);
  });

  test("rejects an aborted sleep with the reason and forgets it", async () => {
    const clock = manualClock();
    const stop = new AbortController();
    const sleeping = clock.sleep(1_000, stop.signal);
    stop.abort(new Error("enough"));
    expect(sleeping).rejects.toThrow("enough");
    expect(clock.pending).toBe(0);
  });
});

describe("system clock", () => {
  test("rejects at once when the signal is aborted already", () => {
    expect(systemClock.sleep(60_000, AbortSignal.abort(new Error("no")))).rejects.toThrow("no");
  });

  test("does not fire a timer longer than setTimeout can hold at once", async () => {
    let fired = false;
    const timer = systemClock.timer(2 ** 40, () => {
      fired = true;
    });
    await systemClock.sleep(5);
    timer.cancel();
    expect(fired).toBe(false);
  });
});
