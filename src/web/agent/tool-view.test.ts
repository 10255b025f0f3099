import { describe, expect, test } from "bun:test";
import { commandEnd, diffLines, viewTool } from "./tool-view.ts";

describe("a tool card", () => {
  test("tells our own tools as sentences", () => {
    expect(viewTool("mcp__hyperhive__send", { to: "bob", body: "hi", priority: "urgent" })).toEqual({
      kind: "hive",
      sentence: "sends to bob, urgent",
      body: "hi",
    });
    expect(viewTool("mcp__hyperhive__request_spawn", { name: "frank", reason: "work" })).toEqual({
      kind: "hive",
      sentence: "request spawn frank",
      body: "work",
    });
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
