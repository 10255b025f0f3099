import { describe, expect, test } from "bun:test";
import type { Operation } from "../wire/operations.ts";
import { LINES_SHOWN, logRows, seeFrame, UNSEEN } from "./operation-log.ts";

const at = "2026-11-23T12:00:00.000Z";
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ n: from + i, at, line: `line ${from + i}` }));

function frame(log: Operation["log"]): Operation {
  const log_lines = (log.at(-1)?.n ?? -1) + 1;
  return { id: "x", kind: "spawn", state: "running", step: "building", started_at: at, log_lines, log };
}

describe("the log of an operation", () => {
  test("grows by what is new, also when the stream begins again", () => {
    const seen = [lines(0, 2), lines(2, 3), lines(0, 4)].map(frame).reduce(seeFrame, UNSEEN);
    expect(seen.lines.map(({ n }) => n)).toEqual([0, 1, 2, 3]);
  });

  test("says where lines were left out", () => {
    const rows = logRows([...lines(0, 1), ...lines(90, 91)]);
    expect(rows).toMatchObject([{ n: 0 }, { missing: 89 }, { n: 90 }]);
  });

  test("is bounded", () => {
    const seen = seeFrame(seeFrame(UNSEEN, frame(lines(0, 1_000))), frame(lines(1_000, 3_000)));
    expect(seen.lines).toHaveLength(LINES_SHOWN);
    expect(seen.lines.at(-1)?.n).toBe(2_999);
  });
});
