import { describe, expect, test } from "bun:test";
import { scene } from "../../test/support/web-scene.ts";
import { settledItems, unreadMessages, waitingItems } from "./inbox-view.ts";
import { EMPTY, reduce } from "./state.ts";
import { threadParties, threadsOf } from "./threads.ts";

const state = reduce(EMPTY, { type: "snapshot", snapshot: scene(Date.now()) });

describe("the inbox", () => {
  test("lists the riskiest first, then the newest", () => {
    const names = waitingItems(state).map((item) =>
      item.kind === "approval"
        ? item.approval.kind
        : item.kind === "agent"
          ? item.agent.name
          : item.question.from,
    );
    expect(names).toEqual(["destroy", "spawn", "carol", "alice", "hm1nd"]);
  });

  test("leaves out what mends itself: a backoff, a rate limit", () => {
    const agents = waitingItems(state).filter(({ kind }) => kind === "agent");
    expect(agents.map(({ key }) => key)).toEqual(["gcarol"]);
  });

  test("says who answered, newest first", () => {
    expect(settledItems(state, Date.now()).map(({ key }) => key.charAt(0))).toEqual(["q", "a"]);
  });
});

describe("threads", () => {
  const threads = threadsOf(state.messages.values());

  test("have one for each pair, newest conversation first", () => {
    expect(threads[0]?.key).toBe("erin-docs");
    expect(threads.map(({ key }) => key)).toContain("alice~bob");
    expect(new Set(threads.map(({ key }) => key)).size).toBe(threads.length);
  });

  test("count what the operator has not read", () => {
    expect(unreadMessages(state).length).toBe(2);
    expect(threads.find(({ key }) => key === "alice")?.unread).toBe(1);
  });

  test("know their parties from the key alone", () => {
    expect(threadParties("alice")).toEqual(["operator", "alice"]);
    expect(threadParties("alice~bob")).toEqual(["alice", "bob"]);
  });
});
