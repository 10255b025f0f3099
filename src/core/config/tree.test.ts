import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseAgentJson } from "./agent-json.ts";
import { checkTree, parseTree, type TreeEntry } from "./tree.ts";
import { visibleText } from "./visible-text.ts";

const MAIN: TreeEntry = { mode: "100644", path: "agent.json", bytes: 20 };
const file = (path: string, more: Partial<TreeEntry> = {}): TreeEntry => ({
  mode: "100644",
  path,
  bytes: 1,
  ...more,
});

describe("files of a proposed commit", () => {
  test("are ordinary files and directories with plain names", () => {
    checkTree([
      MAIN,
      file("README.md"),
      file("lib", { mode: "040000" }),
      file("lib/größe-2.nix"),
      file("run", { mode: "100755" }),
    ]);
  });

  test("are refused when a name climbs, hides or is git's own", () => {
    for (const path of [
      "../x",
      "a/../b",
      ".git/config",
      "a/.GIT",
      "git~1",
      ".gitmodules",
      "a\nb",
      "a\u202eb",
      "a//b",
      "a\\b",
      "$(x)",
      "a;b",
      "`x`",
      "x".repeat(300),
    ])
      expect(() => checkTree([MAIN, file(path)]), path).toThrow();
  });

  test("are read from git as they are, whatever their names [agent:confined]", () => {
    const name = fc.string({ minLength: 1, unit: "binary" }).filter((path) => !path.includes("\0"));
    fc.assert(
      fc.property(fc.array(name, { maxLength: 20 }), (paths) => {
        const text = paths.map((path) => `100644 blob ${"a".repeat(40)}       7\t${path}\0`).join("");
        expect(parseTree(text)).toEqual(paths.map((path) => ({ mode: "100644", path, bytes: 7 })));
      }),
    );
  });

  test("with any path taken, have nothing in them that a shell, a terminal or a builder reads otherwise", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), (path) => {
        try {
          checkTree([MAIN, file(path)]);
        } catch {
          return;
        }
        expect(path).not.toMatch(/[\p{C}$`\\;&|<>*?!'"]/u);
        expect(path.split("/")).not.toContain("..");
      }),
    );
  });
});

describe("text of a difference", () => {
  test("shows everything that is in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(visibleText(text)).not.toMatch(
          /(?![\n\t])[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u,
        );
      }),
    );
    expect(visibleText("a\u200bb\r\n\tc\u{e0041}")).toBe("a\\u{200b}b\\u{d}\n\tc\\u{e0041}");
  });
});

describe("agent.json", () => {
  test("is refused with the name of the field that is wrong", () => {
    expect(() => parseAgentJson('{"warm_seconds":-1}')).toThrow('"agent.json" is not right: "warm_seconds"');
    expect(() => parseAgentJson('{"limits":{"tasks_max":0}}')).toThrow('"limits.tasks_max"');
    expect(() => parseAgentJson("[]")).toThrow('"agent.json" is not right');
    expect(() => parseAgentJson('{"effort":"huge"}')).toThrow('"effort"');
    expect(parseAgentJson("{}").role).toBe("agent");
  });
});
