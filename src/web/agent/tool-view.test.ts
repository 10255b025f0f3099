import { describe, expect, test } from "bun:test";
import { commandEnd, diffLines, subagentReport, viewTool } from "./tool-view.ts";

describe("a tool card", () => {
  test("tells our own tools as sentences", () => {
    expect(viewTool("mcp__hyperhive__send", { to: "bob", body: "hi", priority: "urgent" })).toEqual({
      kind: "hive",
      verb: "send",
      sentence: "sends to bob, urgent",
      body: "hi",
    });
    expect(viewTool("mcp__hyperhive__request_spawn", { name: "frank", reason: "work" })).toEqual({
      kind: "hive",
      verb: "request_spawn",
      sentence: "request spawn frank",
      body: "work",
    });
  });

  test("tells a status and todos in one line", () => {
    const said = (tool: string, input: object) => viewTool(`mcp__hyperhive__${tool}`, input);
    expect(said("set_status", { text: "testing" })).toMatchObject({ sentence: "sets its status: testing" });
    expect(said("set_status", { text: "" })).toMatchObject({ sentence: "clears its status" });
    const todos = [{ state: "done" }, { state: "open" }];
    expect(said("todo_write", { todos })).toMatchObject({ sentence: "updates its todos: 1 of 2 done" });
    expect(said("remind", { in_seconds: 5400 })).toMatchObject({ sentence: "sets a reminder in 1h30m" });
  });

  test("reports what a subagent found, not how to reach it", () => {
    const result = "one caller\nagentId: a077 (use SendMessage with to: 'a077')\n<usage>x</usage>";
    expect(subagentReport(result)).toBe("one caller");
    expect(subagentReport("plain")).toBe("plain");
  });

  test("survives input of any shape", () => {
    for (const input of [null, 7, "x", [], { command: 3 }, { edits: [null] }]) {
      for (const name of ["Bash", "Edit", "MultiEdit", "Task", "mcp__hyperhive__send", "mcp__x__y"])
        expect(() => viewTool(name, input)).not.toThrow();
    }
  });

  test("keeps what it does not know as it is", () => {
    expect(viewTool("mcp__x__y", { a: 1 })).toEqual({ kind: "other", name: "mcp__x__y", input: { a: 1 } });
  });

  test("shows an edit as what changed between equal ends", () => {
    const lines = diffLines("a\nb\nc", "a\nx\ny\nc").map(({ sign, text }) => sign + text);
    expect(lines).toEqual([" a", "-b", "+x", "+y", " c"]);
    expect(diffLines("", "new").map(({ sign }) => sign)).toEqual(["+"]);
  });

  test("reads how a command ended from the last line of its result", () => {
    expect(commandEnd("out\n[command c1: exit code 1, 1.2s]")).toEqual({
      text: "out",
      code: 1,
      said: "exit code 1",
    });
    expect(commandEnd("[command c1: ended by SIGKILL, 2m5s; 1 of its processes still run]").said).toBe(
      "ended by SIGKILL",
    );
    expect(commandEnd("the exit code was 3").code).toBeUndefined();
  });
});
