import { describe, expect, test } from "bun:test";
import type { JournalData, JournalEvent } from "../../wire/journal.ts";
import { EMPTY_TRANSCRIPT, reduceTranscript, TRANSCRIPT_BOUND, type TranscriptAction } from "./transcript.ts";

function text(seq: number): JournalEvent {
  return { seq, at: "2026-11-23T12:00:00Z", data: { kind: "text", text: `text ${seq}` } };
}

function run(...actions: readonly TranscriptAction[]) {
  return actions.reduce(reduceTranscript, EMPTY_TRANSCRIPT);
}

const seqs = (state: { readonly events: readonly JournalEvent[] }): number[] =>
  state.events.map(({ seq }) => seq);

describe("the transcript", () => {
  test("joins history, live events and older pages without doubles", () => {
    const state = run(
      { type: "history", events: [text(5), text(6)], more: true },
      { type: "event", event: text(6) },
      { type: "event", event: text(7) },
      { type: "history", events: [text(3), text(4), text(5)], more: false },
    );
    expect(seqs(state)).toEqual([3, 4, 5, 6, 7]);
    expect([state.seq, state.more]).toEqual([7, false]);
  });

  test("remembers where events are missing, and resumes after the gap", () => {
    const state = run(
      { type: "event", event: text(1) },
      { type: "gap", after: 1, seq: 40 },
      { type: "event", event: text(41) },
    );
    expect([...state.gaps]).toEqual([1]);
    expect(seqs(state)).toEqual([1, 41]);
  });

  test("shows what is being written until the stored event replaces it", () => {
    const delta = (part: string, parent?: string): TranscriptAction => ({
      type: "delta",
      delta: { kind: "text_delta", text: part, parent_tool_use_id: parent },
    });
    const writing = run(delta("he"), delta("llo"), delta("sub", "t1"));
    expect(writing.live.get("")?.text).toBe("hello");
    const settled = reduceTranscript(writing, { type: "event", event: text(1) });
    expect([...settled.live.keys()]).toEqual(["t1"]);
    const data: JournalData = { kind: "turn_end", lease_id: "l", outcome: "ok" };
    const ended = reduceTranscript(settled, { type: "event", event: { ...text(2), data } });
    expect(ended.live.size).toBe(0);
  });

  test("forgets the far past only when told that nobody reads it", () => {
    const events = Array.from({ length: TRANSCRIPT_BOUND + 10 }, (_, i) => text(i + 1));
    const full = run({ type: "history", events, more: false });
    expect(full.events.length).toBe(TRANSCRIPT_BOUND + 10);
    const trimmed = reduceTranscript(full, { type: "trim" });
    expect([trimmed.events.length, trimmed.more, trimmed.events[0]?.seq]).toEqual([
      TRANSCRIPT_BOUND,
      true,
      11,
    ]);
  });
});
