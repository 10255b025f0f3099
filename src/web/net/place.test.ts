import { describe, expect, test } from "bun:test";
import { basePath, codeFrom, routeOf, routeUrl, secretIn } from "./place.ts";

describe("the place of a page", () => {
  test("is found at a root and below a proxy's path", () => {
    expect(basePath("/")).toBe("");
    expect(basePath("/agent/alice/")).toBe("");
    expect(basePath("/hive/")).toBe("/hive");
    expect(basePath("/hive/agent/alice/")).toBe("/hive");
  });

  test("leads to a tab, a thread or an agent, and back", () => {
    expect(routeOf("/", "#messages/alice~bob")).toEqual({
      page: "dashboard",
      tab: "messages",
      detail: "alice~bob",
    });
    expect(routeOf("/hive/agent/alice/", "")).toEqual({ page: "agent", name: "alice" });
    expect(routeOf("/agent/alice/", "#e41")).toEqual({ page: "agent", name: "alice", event: 41 });
    expect(routeUrl({ page: "agent", name: "alice", event: 41 }, "")).toBe("/agent/alice/#e41");
    expect(routeOf("/", "#inbox/a%")).toEqual({ page: "dashboard", tab: "inbox", detail: "a%" });
    expect(routeOf("/", "#nonsense")).toEqual({ page: "dashboard", tab: "swarm", detail: "" });
    expect(routeUrl({ page: "agent", name: "alice" }, "/hive")).toBe("/hive/agent/alice/");
    expect(routeUrl({ page: "dashboard", tab: "log", detail: "" }, "")).toBe("/#log");
  });

  test("carries a code or a ticket in its hash", () => {
    expect(secretIn("#login=abc_-1", "login")).toBe("abc_-1");
    expect(secretIn("#swarm", "login")).toBeUndefined();
    expect(codeFrom(" http://127.0.0.1:7000/#login=abc \n")).toBe("abc");
    expect(codeFrom(" abc ")).toBe("abc");
  });
});
