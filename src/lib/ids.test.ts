import { describe, expect, test } from "bun:test";
import { manualClock } from "./clock.ts";
import { ulid, ulidTime } from "./ids.ts";

describe("ulid", () => {
  test("carries its time", () => {
    const next = ulid({ now: () => 1_469_918_176_385 }, () => 0);
    // The time of the example in the ULID specification.
    expect(next()).toBe("01ARYZ6S410000000000000000");
    expect(ulidTime("01ARYZ6S410000000000000000")).toBe(1_469_918_176_385);
  });

  test("grows within a millisecond, when random digits run over, and after the clock went back", () => {
    const clock = manualClock(5_000);
    const next = ulid(clock, () => 0.999999);
    const ids = [next(), next(), next()];
    clock.jump(-4_000);
    ids.push(next(), next());
    clock.jump(60_000);
    ids.push(next());
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("grows by one through every carry", () => {
    const next = ulid({ now: () => 1 }, () => 0);
    const ids = Array.from({ length: 32 * 32 + 2 }, next);
    expect(ids.at(31)).toEndWith("00Z");
    expect(ids.at(32)).toEndWith("010");
    expect(ids.at(-2)).toEndWith("0100");
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("has no equal among ten thousand of two generators", () => {
    const a = ulid({ now: () => 1 });
    const b = ulid({ now: () => 1 });
    const ids = new Set(Array.from({ length: 5_000 }, () => [a(), b()]).flat());
    expect(ids.size).toBe(10_000);
  });

  test.each([
    "",
    "01ARYZ6S41000000000000000",
    "81ARYZ6S410000000000000000",
    "01aryz6s410000000000000000",
    "../../etc",
  ])("does not take %p for an id", (text) => {
    expect(ulidTime(text)).toBeUndefined();
  });
});
