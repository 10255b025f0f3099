import { describe, expect, test } from "bun:test";
import { formatAge, formatDuration, parseDuration } from "./duration.ts";

describe("parseDuration", () => {
  test.each([
    ["90s", 90_000],
    ["5m", 300_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
    ["1w", 604_800_000],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["in 5m", 300_000],
    ["in 2 hours", 7_200_000],
    [" 10 Minutes ", 600_000],
    ["0s", 0],
  ] as const)("reads %p", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(["", "in", "5", "m", "5 parsecs", "-5m", "5m later", "1e9d", "999999999d", "5m\u00005m"])(
    "refuses %p",
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

describe("formatDuration", () => {
  test.each([
    [0, "0s"],
    [350, "350ms"],
    [12_000, "12s"],
    [125_000, "2m5s"],
    [3_600_000, "1h"],
    [100_800_000, "1d4h"],
    [-5, "0s"],
  ] as const)("writes %p as %p", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test("is read back by parseDuration for whole units", () => {
    for (const ms of [1_000, 61_000, 3_660_000, 90_000_000])
      expect(parseDuration(formatDuration(ms))).toBe(ms);
  });
});

describe("formatAge", () => {
  test.each([
    [0, "just now"],
    [12_900, "12s ago"],
    [300_000, "5m ago"],
    [200_000_000, "2d ago"],
    [-300_000, "in 5m"],
  ] as const)("%p ms after is %p", (age, text) => {
    expect(formatAge(1_000_000_000, 1_000_000_000 + age)).toBe(text);
  });
});
