import { describe, expect, test } from "bun:test";
import { backoff, retryLadder } from "./backoff.ts";

describe("backoff", () => {
  test("grows by the factor up to the cap", () => {
    const waits = [0, 1, 2, 3, 9].map((attempt) => backoff({ base: 100, factor: 3, cap: 1_000, attempt }));
    expect(waits).toEqual([100, 300, 900, 1_000, 1_000]);
  });

  test("takes jitter off the wait, never adds it", () => {
    const at = (random: number) =>
      backoff({ base: 100, cap: 1_000, attempt: 1, jitter: 0.5, random: () => random });
    expect([at(0), at(0.5), at(1)]).toEqual([200, 150, 100]);
  });

  test("survives an attempt number beyond what doubles hold", () => {
    expect(backoff({ base: 100, cap: 5_000, attempt: 5_000 })).toBe(5_000);
  });
});

describe("retry ladder", () => {
  test("has eleven waits between twelve tries, about 22 seconds in all", () => {
    const waits = retryLadder({ tries: 12, cap: 2_000 });
    const sum = waits.reduce((a, b) => a + b, 0);
    expect(waits).toHaveLength(11);
    expect(Math.max(...waits)).toBe(2_000);
    expect(sum).toBeWithin(20_000, 22_001);
  });

  test("of one try has no wait", () => {
    expect(retryLadder({ tries: 1 })).toEqual([]);
  });
});
