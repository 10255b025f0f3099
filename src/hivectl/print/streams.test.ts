import { describe, expect, test } from "bun:test";
import { HiveEventData, Snapshot } from "../../wire/events.ts";
import type { JournalData } from "../../wire/journal.ts";
import { agentRow } from "../testing.ts";
import { plain } from "./paint.ts";
import { createTimelinePrinter } from "./timeline.ts";
import { createTranscriptPrinter } from "./transcript.ts";
import type { View } from "./view.ts";
import { clockTime } from "./view.ts";

const AT = "2026-11-23T12:00:00.000Z";
const TIME = clockTime(AT);
const view: View = { now: Date.parse(AT), width: 80, paint: plain };

function transcript(...events: readonly JournalData[]): string {
  const printer = createTranscriptPrinter(view, { agent: "alice", thinking: false });
  const texts = events.map((data, seq) => printer({ type: "event", event: { seq, at: AT, data } }));
  return texts.filter((text) => text !== undefined).join("\n");
}

describe("transcript", () => {
  test("names the results of calls made together, and tells our own tools' answers as sentences", () => {
    const use = (id: string, name: string, input: object): JournalData => ({
      kind: "tool_use",
      tool_use_id: id,
      name,
      input,
    });
    const result = (id: string, text: string): JournalData => ({
      kind: "tool_result",
      tool_use_id: id,
      text,
      is_error: false,
    });
    const text = transcript(
      use("a", "mcp__hyperhive__set_status", { text: "testing" }),
      use("b", "mcp__bash__run", { command: "false" }),
      result("a", "status set"),
      result("b", "[command 01M833TX9E99EEW4DYC7VZ2R8K: exit code 1, 1s]"),
      use("c", "mcp__hyperhive__ask", { question: "which?" }),
      result("c", 'question 01M833TX9E99EEW4DYC7VZ2R8K was answered by "operator": "the first"'),
    );
    expect(text.split("\n")).toEqual([
      "  ▸ set_status testing",
      "  ▸ bash run false",
      "    bash run:",
      "    [exit code 1, 1s]",
      "  ▸ ask which?",
      "    → operator: the first",
    ]);
  });

  test("reads like a conversation at 80 columns", () => {
    const text = transcript(
      {
        kind: "turn_start",
        lease_id: "l",
        attempt: 2,
        messages: [{ id: "m", from: "operator", body: "Please list\nthe files." }],
        session_id: "s",
        session: "resumed",
      },
      { kind: "thinking", text: "hidden unless asked for" },
      {
        kind: "text",
        text: "I will look into every directory there is, one after the other, until all is seen.",
      },
      { kind: "tool_use", tool_use_id: "t", name: "mcp__bash__run", input: { command: "ls -la |\n  head" } },
      { kind: "tool_result", tool_use_id: "t", text: "one\ntwo\nthree\nfour\nfive\nsix\n", is_error: false },
      {
        kind: "tool_use",
        tool_use_id: "u",
        name: "mcp__hyperhive__send",
        input: { to: "bob", body: "done" },
      },
      { kind: "tool_result", tool_use_id: "u", text: "no such agent", is_error: true },
      {
        kind: "turn_end",
        lease_id: "l",
        outcome: "ok",
        usage: {
          input_tokens: 10,
          output_tokens: 1234,
          cache_read_tokens: 0,
          cache_write_tokens: 0,
          cost_usd: 0.0123,
          duration_ms: 3200,
          num_turns: 2,
        },
      },
    );
    expect(text).toBe(
      [
        `── turn at ${TIME}, resumed, attempt 2 ─${"─".repeat(39)}`,
        "operator",
        "  Please list",
        "  the files.",
        "alice",
        "  I will look into every directory there is, one after the other, until all is",
        "  seen.",
        "  ▸ bash run ls -la | head",
        "    one",
        "    two",
        "    three",
        "    four",
        "    … 2 more lines",
        "  ▸ send bob: done",
        "    no such agent",
        `── done at ${TIME}, 3s, 1.2k tokens out, $0.01 ─${"─".repeat(31)}`,
      ].join("\n"),
    );
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("shows what a subagent does further in, and unknown lines raw", () => {
    expect(
      transcript(
        { kind: "text", text: "inside", parent_tool_use_id: "t" },
        { kind: "raw", line: '{"new":1}' },
      ),
    ).toBe('    alice\n      inside\n  ? {"new":1}');
  });

  test("makes escape sequences of a tool's output harmless", () => {
    const text = transcript({
      kind: "tool_result",
      tool_use_id: "t",
      text: "\u001b[31mred\u0007",
      is_error: false,
    });
    expect(text).not.toMatch(/\p{Cc}/u);
    expect(text).toContain("[31mred");
  });
});

function timeline(printer: ReturnType<typeof createTimelinePrinter>, data: unknown): string | undefined {
  return printer({ type: "event", event: { seq: 1, at: AT, data: HiveEventData.parse(data) } });
}

describe("timeline", () => {
  test("says a thing once, until it changes", () => {
    const printer = createTimelinePrinter(view);
    const row = agentRow("alice");
    expect(timeline(printer, { type: "agent", agent: row })).toBe(`${TIME}  alice      idle`);
    expect(
      timeline(printer, { type: "agent", agent: { ...row, state_since: AT, queued: 3 } }),
    ).toBeUndefined();
    expect(timeline(printer, { type: "agent", agent: { ...row, paused: true } })).toBe(
      `${TIME}  alice      paused`,
    );
  });

  test("keeps each event on one line of 80 columns", () => {
    const message = {
      id: "01JDXM3V6T0000000000000000",
      from: "operator",
      to: "alice",
      body: `first\nsecond ${"long ".repeat(40)}`,
      priority: "normal",
      state: "queued",
      redelivered: 0,
      created_at: AT,
    };
    const line = timeline(createTimelinePrinter(view), { type: "message", message });
    expect(line).toStartWith(`${TIME}  queued     operator → alice: first second long`);
    expect(line?.length).toBeLessThanOrEqual(80);
    expect(line).toEndWith("…");
  });

  test("shows only one agent's events when asked to, and never hides a gap", () => {
    const printer = createTimelinePrinter(view, "bob");
    expect(timeline(printer, { type: "agent", agent: agentRow("alice") })).toBeUndefined();
    expect(timeline(printer, { type: "agent_removed", name: "bob" })).toContain("bob");
    expect(printer({ type: "gap", after: 3, seq: 9 })).toBe("-- events 4 to 9 are no longer stored");
  });

  const question = {
    id: "01JDXM3V6T0000000000000001",
    from: "alice",
    to: "operator",
    question: "The survey is done and checked. How would you like the report?",
    choices: ["a short note", "a table"],
    state: "open",
    asked_at: AT,
  };
  const shown = [
    `${TIME}  question   alice asks you:`,
    "                     The survey is done and checked. How would you like the",
    "                     report?",
    "                     · a short note",
    "                     · a table",
    '                     hivectl ask answer 01JDXM3V6T0000000000000001 "…"',
  ].join("\n");

  test("shows a question to the operator whole, with the command that answers it", () => {
    const printer = createTimelinePrinter(view);
    expect(timeline(printer, { type: "question", question })).toBe(shown);
    expect(timeline(printer, { type: "question", question: { ...question, to: "bob" } })).toBe(
      `${TIME}  question   alice asks bob: The survey is done and checked. How would…`,
    );
  });

  test("begins with what waits for the operator, and says when nobody is caged", () => {
    const info = {
      hive: "vm",
      version: "0",
      revision: "r",
      started_at: AT,
      backend: "process",
      isolated: false,
      demo: false,
      backends: [],
    };
    const lists = { agents: [], messages: [], approvals: [], operations: [], reminders: [], schedules: [] };
    const snapshot = Snapshot.parse({ seq: 1, at: AT, info, ...lists, questions: [question] });
    const text = createTimelinePrinter(view)({ type: "snapshot", snapshot });
    const [head, warning, ...rest] = text?.split("\n") ?? [];
    expect(head).toEndWith("0 agents; 1 question waits for you");
    expect(warning).toBe("! not isolated: the agents can read and change what you can");
    expect(rest.join("\n")).toBe(shown);
  });
});
