import { describe, expect, test } from "bun:test";
import { journalScene } from "../../../test/support/web-journal.ts";
import type { JournalData } from "../../wire/journal.ts";
import { type ToolBlock, turnsOf } from "./blocks.ts";

function build(...data: readonly JournalData[]) {
  return turnsOf(data.map((one, i) => ({ seq: i + 1, at: "2026-11-23T12:00:00Z", data: one })));
}

const START: JournalData = {
  kind: "turn_start",
  lease_id: "l",
  attempt: 1,
  messages: [],
  session_id: "s",
  session: "warm",
};
const use = (id: string, name: string, parent?: string): JournalData => ({
  kind: "tool_use",
  tool_use_id: id,
  name,
  input: {},
  parent_tool_use_id: parent,
});

function tools(turn: ReturnType<typeof turnsOf>[number] | undefined): ToolBlock[] {
  return turn?.blocks.filter((block) => block.type === "tool") ?? [];
}

describe("the blocks of a transcript", () => {
  test("join a tool with its result and its live output", () => {
    const [turn] = build(
      START,
      use("a", "mcp__bash__run"),
      { kind: "bash_output", command_id: "c", stream: "stdout", text: "one\n" },
      { kind: "bash_output", command_id: "c", tool_use_id: "a", stream: "stderr", text: "two\n" },
      { kind: "tool_result", tool_use_id: "a", text: "exit code: 0", is_error: false },
    );
    expect(tools(turn)[0]?.output).toBe("one\ntwo\n");
    expect(tools(turn)[0]?.result?.text).toBe("exit code: 0");
  });

  test("put what a subagent does below the tool that started it", () => {
    const [turn] = build(START, use("a", "Task"), use("b", "Grep", "a"), {
      kind: "text",
      text: "found",
      parent_tool_use_id: "a",
    });
    expect(tools(turn).length).toBe(1);
    expect(tools(turn)[0]?.children.map(({ type }) => type)).toEqual(["tool", "text"]);
  });

  test("show a result whose beginning is not on this page, and a line nobody knows", () => {
    const [turn] = build(
      { kind: "tool_result", tool_use_id: "gone", text: "late", is_error: false },
      { kind: "raw", line: "{}" },
    );
    expect(turn?.start).toBeUndefined();
    expect(turn?.blocks.map(({ type }) => type)).toEqual(["tool", "raw"]);
  });

  test("leave a finished turn unchanged when more comes", () => {
    const events = journalScene(Date.now());
    const all = turnsOf(events);
    const fewer = turnsOf(events.slice(0, -1));
    expect(fewer.slice(0, -1).map(({ key, last }) => [key, last])).toEqual(
      all.slice(0, -1).map(({ key, last }) => [key, last]),
    );
  });

  test("mark the turn before which events are missing", () => {
    const at = "2026-11-23T12:00:00Z";
    const events = [
      { seq: 1, at, data: START },
      { seq: 9, at, data: { kind: "text", text: "x" } as const },
    ];
    expect(turnsOf(events, new Set([1])).map(({ gapBefore }) => gapBefore)).toEqual([false, true]);
  });
});
