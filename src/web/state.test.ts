import { describe, expect, test } from "bun:test";
import { scene, sceneId } from "../../test/support/web-scene.ts";
import type { HiveEvent, HiveEventData } from "../wire/events.ts";
import { BOUNDS, EMPTY, type HiveState, reduce } from "./state.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const snapshot = scene(NOW);
const start = reduce(EMPTY, { type: "snapshot", snapshot });

function event(seq: number, data: HiveEventData): HiveEvent {
  return { seq, at: "2026-11-23T12:00:01Z", data };
}

function after(state: HiveState, ...data: readonly HiveEventData[]): HiveState {
  return data.reduce((now, one) => reduce(now, { type: "event", event: event(now.seq + 1, one) }), state);
}

const first = snapshot.messages[0];
if (first === undefined) throw new Error("the scene has no message");

describe("the live state", () => {
  test("holds what the snapshot said, and resumes after it", () => {
    expect(start.loaded).toBe(true);
    expect(start.seq).toBe(snapshot.seq);
    expect([...start.agents.keys()]).toEqual(snapshot.agents.map(({ name }) => name));
    expect(start.approvals.get("41")?.kind).toBe("spawn");
  });

  test("takes a message's new state in place of the old one", () => {
    const next = after(start, { type: "message", message: { ...first, state: "failed", reason: "no" } });
    expect(next.messages.get(first.id)?.state).toBe("failed");
    expect(next.messages.size).toBe(start.messages.size);
    expect(next.seq).toBe(start.seq + 1);
  });

  test("ignores an event that the snapshot or an earlier connection contained", () => {
    const old = event(start.seq, { type: "agent_removed", name: "alice" });
    expect(reduce(start, { type: "event", event: old })).toBe(start);
  });

  test("drops what was removed: agents, schedules, reminders that fired", () => {
    const reminder = snapshot.reminders[0];
    if (reminder === undefined) throw new Error("the scene has no reminder");
    const next = after(
      start,
      { type: "agent_removed", name: "alice" },
      { type: "schedule_removed", id: sceneId(600) },
      { type: "reminder", reminder: { ...reminder, state: "fired" } },
    );
    expect([next.agents.has("alice"), next.schedules.has(sceneId(600)), next.reminders.size]).toEqual([
      false,
      false,
      0,
    ]);
  });

  test("keeps its rows through a gap until the snapshot replaces them", () => {
    const gap = reduce(start, { type: "gap", after: start.seq, seq: 9000 });
    expect(gap.agents).toBe(start.agents);
    expect(gap.seq).toBe(9000);
    const fresh = reduce(gap, { type: "snapshot", snapshot: { ...snapshot, seq: 9001, agents: [] } });
    expect([fresh.agents.size, fresh.seq]).toEqual([0, 9001]);
  });

  test("stays bounded when an agent floods", () => {
    const flood = Array.from({ length: BOUNDS.messages + 50 }, (_, i) => ({
      type: "message" as const,
      message: { ...first, id: sceneId(10_000 + i) },
    }));
    const next = after(start, ...flood);
    expect(next.messages.size).toBe(BOUNDS.messages);
    expect(next.messages.has(sceneId(10_000 + BOUNDS.messages + 49))).toBe(true);
    expect(next.log.length).toBe(BOUNDS.log);
  });

  test("adds history to the log only, in order and once", () => {
    const live = after(start, { type: "notice", level: "info", text: "live" });
    const old = [3998, 3999, 4001].map((seq) => event(seq, { type: "agent_removed", name: "alice" }));
    const next = reduce(live, { type: "history", events: old });
    expect(next.log.map(({ seq }) => seq)).toEqual([3998, 3999, 4001]);
    expect(next.agents.has("alice")).toBe(true);
    expect(next.log[2]?.data.type).toBe("notice");
  });
});
