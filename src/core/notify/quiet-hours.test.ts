import { describe, expect, test } from "bun:test";
import { quietUntil } from "./quiet-hours.ts";

const night = { from: "22:00", to: "07:00", time_zone: "Europe/Berlin" };
const until = (quiet: typeof night, at: string) => {
  const end = quietUntil(quiet, Date.parse(at));
  return end === undefined ? undefined : new Date(end).toISOString();
};

describe("quiet hours", () => {
  test("hold over midnight, by the wall clock of their zone", () => {
    expect(until(night, "2026-11-25T20:59:00Z")).toBeUndefined();
    expect(until(night, "2026-11-25T21:00:00Z")).toBe("2026-11-26T06:00:00.000Z");
    expect(until(night, "2026-11-26T05:59:30Z")).toBe("2026-11-26T06:00:00.000Z");
    expect(until(night, "2026-11-26T06:00:00Z")).toBeUndefined();
  });

  test("hold within a day", () => {
    const noon = { from: "12:00", to: "13:30", time_zone: "UTC" };
    expect(until(noon, "2026-11-25T11:59:59Z")).toBeUndefined();
    expect(until(noon, "2026-11-25T12:10:20Z")).toBe("2026-11-25T13:30:00.000Z");
  });

  test("end at the right time in the nights when the clocks change", () => {
    expect(until(night, "2026-03-28T22:30:00Z")).toBe("2026-03-29T05:00:00.000Z");
    expect(until(night, "2026-10-24T21:30:00Z")).toBe("2026-10-25T06:00:00.000Z");
  });

  test("end by an hour that a spring night does not have", () => {
    const gone = { from: "01:00", to: "02:30", time_zone: "Europe/Berlin" };
    const end = quietUntil(gone, Date.parse("2026-03-29T00:10:00Z")) ?? 0;
    expect(end).toBeGreaterThan(Date.parse("2026-03-29T00:10:00Z"));
    expect(end).toBeLessThanOrEqual(Date.parse("2026-03-29T01:30:00Z"));
  });

  test("of no length never hold", () => {
    expect(until({ ...night, to: "22:00" }, "2026-11-25T21:00:00Z")).toBeUndefined();
  });
});
