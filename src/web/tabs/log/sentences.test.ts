import { describe, expect, test } from "bun:test";
import { scene } from "../../../../test/support/web-scene.ts";
import type { HiveEventData } from "../../../wire/events.ts";
import { sentenceOf, tellLog } from "./sentences.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const { agents, messages, questions, approvals, operations } = scene(NOW);

function say(data: HiveEventData): string {
  return sentenceOf({ seq: 1, at: "2026-11-23T12:00:00Z", data }, NOW).text;
}

function pick<T>(list: readonly T[], match: (one: T) => boolean): T {
  const found = list.find(match);
  if (found === undefined) throw new Error("not in the scene");
  return found;
}

describe("the log", () => {
  test("tells each kind of event as a sentence", () => {
    const message = pick(messages, ({ body }) => body.startsWith("will do"));
    expect(say({ type: "message", message })).toStartWith("hm1nd is done with a message of bob: will do.");
    expect(say({ type: "agent", agent: pick(agents, ({ name }) => name === "dave") })).toStartWith(
      "dave is restarting: the harness exited",
    );
    expect(say({ type: "question", question: pick(questions, ({ state }) => state === "answered") })).toBe(
      "operator answered erin-docs: no promise",
    );
    expect(say({ type: "approval", approval: pick(approvals, ({ id }) => id === 40n) })).toStartWith(
      "approval asked by hm1nd is pending: remove the agent",
    );
    expect(say({ type: "operation", operation: pick(operations, ({ state }) => state === "failed") })).toBe(
      "spawn of dave failed: the harness exited with code 1",
    );
  });

  test("says why a message did not arrive", () => {
    const message = pick(messages, ({ state }) => state === "failed");
    expect(say({ type: "message", message })).toStartWith(
      "a message of operator did not get through to bob: three attempts ended",
    );
  });

  test("does not say the same of an agent twice in a row", () => {
    const agent = pick(agents, ({ name }) => name === "alice");
    const rows = [agent, { ...agent, queued: 9 }, { ...agent, process: "failed" as const }, agent];
    const events = rows.map((row, i) => ({
      seq: i + 1,
      at: "2026-11-23T12:00:00Z",
      data: { type: "agent" as const, agent: row },
    }));
    expect(tellLog(events).map(({ event }) => event.seq)).toEqual([4, 3, 1]);
  });
});
