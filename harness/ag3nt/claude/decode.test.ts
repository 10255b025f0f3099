import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { JournalData } from "../../../src/wire/journal.ts";
import { decodeLine, KEPT_CHARS } from "./decode.ts";

const GOLDEN = join(import.meta.dirname, "../../../test/golden/claude");

/** What the journal and the turn get from a recorded run; lines that say nothing are left out. */
function told(name: string): readonly string[] {
  const lines = readFileSync(join(GOLDEN, `${name}.jsonl`), "utf8")
    .trim()
    .split("\n");
  return lines.flatMap((line) => {
    const { journal, signals } = decodeLine(line);
    return [
      ...journal.map((data) => (data.kind === "notice" ? `notice ${data.level}` : data.kind)),
      ...signals.map((signal) => `(${signal.kind})`),
    ];
  });
}

describe("claude's lines", () => {
  test("a turn with thinking, text and a tool", () => {
    expect(told("tool-turn")).toEqual([
      ...["(init)", "(replay)", "thinking", "(context)", "text", "(context)", "(answer)"],
      ...["tool_use", "(context)", "(tool_start)", "tool_result", "(tool_end)"],
      ...["text", "(context)", "(answer)", "(result)"],
    ]);
  });

  test("a message that joined the turn is acknowledged by its own id", () => {
    const lines = readFileSync(join(GOLDEN, "injected.jsonl"), "utf8").trim().split("\n");
    const read = lines.flatMap((line) => decodeLine(line).signals).filter((each) => each.kind === "replay");
    expect(read.map((each) => each.uuid)).toContain("22222222-2222-4222-8222-222222222222");
  });

  test("an interrupt, a refused login, a limit, a retry", () => {
    expect(told("interrupted").slice(-5)).toEqual([
      ...["(control)", "tool_result", "(tool_end)", "notice info", "(result)"],
    ]);
    expect(told("login-refused")).toEqual(["(init)", "(replay)", "notice error", "(api_error)", "(result)"]);
    expect(told("limit-reached")).toEqual([
      ...["(init)", "notice warn", "(rate_limit)", "(replay)", "notice error", "(api_error)", "(result)"],
    ]);
    expect(told("overloaded")).toContain("notice warn");
  });

  test("text of a subagent belongs to the tool use that started it", () => {
    const line = JSON.stringify({
      type: "assistant",
      parent_tool_use_id: "toolu_1",
      message: { content: [{ type: "text", text: "inner" }] },
    });
    const { journal, signals } = decodeLine(line);
    expect(journal).toEqual([{ kind: "text", text: "inner", parent_tool_use_id: "toolu_1" }]);
    expect(signals).toEqual([]);
  });

  test("deltas are shown and not stored", () => {
    const event = { type: "content_block_delta", delta: { type: "text_delta", text: "he" } };
    const decoded = decodeLine(JSON.stringify({ type: "stream_event", event, parent_tool_use_id: null }));
    expect(decoded).toEqual({ journal: [], signals: [], delta: { kind: "text_delta", text: "he" } });
  });

  test("a long tool result is cut and says so", () => {
    const content = [{ type: "tool_result", tool_use_id: "t", content: "x".repeat(KEPT_CHARS + 1) }];
    const { journal } = decodeLine(JSON.stringify({ type: "user", message: { role: "user", content } }));
    expect(journal[0]).toMatchObject({ kind: "tool_result", truncated: true, is_error: false });
  });

  test("what is not known is kept raw", () => {
    for (const line of [
      "not json",
      '{"type":"novelty","x":1}',
      '{"type":"system","subtype":"novelty"}',
      '{"type":"assistant"}',
      "[]",
      "7",
    ]) {
      expect(decodeLine(line).journal).toEqual([{ kind: "raw", line }]);
    }
    const block = { type: "hologram", data: 1 };
    const line = JSON.stringify({ type: "assistant", message: { content: [block] } });
    expect(decodeLine(line).journal).toEqual([{ kind: "raw", line: JSON.stringify(block) }]);
  });

  test("no line makes it throw, and all it gives fits the journal", () => {
    const types = fc.constantFrom(
      "assistant",
      "user",
      "system",
      "result",
      "stream_event",
      "rate_limit_event",
      "x",
    );
    const shaped = fc.record({
      type: types,
      subtype: fc.string(),
      message: fc.jsonValue(),
      event: fc.jsonValue(),
    });
    const line = fc.oneof(
      fc.string(),
      fc.json(),
      shaped.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(line, (text) => {
        for (const data of decodeLine(text).journal) JournalData.parse(data);
      }),
      { numRuns: 500 },
    );
  });
});
