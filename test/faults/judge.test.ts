// The judge of the fault tests must itself be able to find fault.
import { describe, expect, test } from "bun:test";
import type { Message } from "../../src/wire/messages.ts";
import { type Job, judge } from "./traffic.ts";

const JOBS: readonly Job[] = [
  { key: "a", to: "alice", id: "1" },
  { key: "b", to: "bob", id: "2" },
  { key: "c", to: "alice", id: "3" },
];

function said(id: string, path: string, body: string, state: Message["state"] = "handled"): Message {
  const [from = "", to = ""] = path.split(">");
  return {
    id,
    from,
    to,
    body,
    state,
    priority: "normal",
    redelivered: 0,
    created_at: "2026-01-01T00:00:00Z",
  };
}

const WELL: readonly Message[] = [
  said("1", "operator>alice", "do a"),
  said("2", "operator>bob", "do b"),
  said("3", "operator>alice", "do c"),
  said("4", "alice>operator", "alice did a", "delivered"),
  said("5", "alice>bob", "do a"),
  said("6", "bob>operator", "bob did b", "delivered"),
  said("7", "alice>operator", "alice did c", "delivered"),
  said("8", "alice>bob", "do c"),
  said("9", "bob>operator", "bob did a", "delivered"),
  said("10", "bob>operator", "bob did c", "delivered"),
];

const without = (id: string) => WELL.filter((message) => message.id !== id);

describe("the judge of the fault tests", () => {
  test("finds nothing when all is well", () => {
    expect(judge(JOBS, WELL)).toEqual([]);
  });

  test("finds what was lost, given up, or not handled", () => {
    expect(judge(JOBS, without("1")).join()).toContain("job a is missing");
    expect(judge(JOBS, [...without("3"), said("3", "operator>alice", "do c", "failed")]).join()).toContain(
      "job c is failed",
    );
    expect(judge(JOBS, without("10")).join()).toContain('"bob did c" 0 times');
    expect(judge(JOBS, [...without("5"), said("5", "alice>bob", "do a", "queued")]).join()).toContain(
      "is queued",
    );
  });

  test("finds what happened twice, or was never asked for", () => {
    expect(judge(JOBS, [...WELL, said("11", "alice>operator", "alice did a")]).join()).toContain(
      '"alice did a" 2 times',
    );
    expect(judge(JOBS, [...WELL, said("11", "bob>operator", "bob did x")]).join()).toContain(
      '"bob did x" is unexpected',
    );
  });

  test("finds what came out of order", () => {
    const swapped = WELL.map((message) =>
      message.id === "4"
        ? { ...message, body: "alice did c" }
        : message.id === "7"
          ? { ...message, body: "alice did a" }
          : message,
    );
    expect(judge(JOBS, swapped).join()).toContain("order broken");
    const late = [...without("9"), said("11", "bob>operator", "bob did a")];
    expect(judge(JOBS, late).join()).toContain("bob's order");
  });
});
