import { describe, expect, test } from "bun:test";
import type { Message } from "../../wire/messages.ts";
import { commentBody, commentsOn, placeOf } from "./line-comment.ts";
import { patchFiles, splitRows } from "./patch-files.ts";
import { languageOf, tokensOf } from "./tokens.ts";

const DIFF = `diff --git a/agent.json b/agent.json
index 1..2 100644
--- a/agent.json
+++ b/agent.json
@@ -3,3 +3,4 @@ head
 {
-  "model": "sonnet",
+  "model": "opus",
+  "effort": "high",
 }
diff --git a/old.md b/old.md
deleted file mode 100644
--- a/old.md
+++ /dev/null
@@ -1 +0,0 @@
--- not a heading
`;

describe("a change by file", () => {
  test("keeps every line, with its path and numbers", () => {
    const files = patchFiles(DIFF);
    expect(files.map(({ path, lines }) => [path, lines.length])).toEqual([
      ["agent.json", 10],
      ["old.md", 6],
    ]);
    expect(files.flatMap(({ lines }) => lines.map(({ at }) => at))).toEqual([...Array(16).keys()]);
    const numbered = files[0]?.lines.slice(5).map(({ sign, before, after }) => [sign, before, after]);
    expect(numbered).toEqual([
      [" ", 3, 3],
      ["-", 4, undefined],
      ["+", undefined, 4],
      ["+", undefined, 5],
      [" ", 5, 6],
    ]);
    expect(files[1]?.lines.at(-1)).toMatchObject({ sign: "-", text: "-- not a heading", before: 1 });
  });

  test("begins a file at each heading of a patch that git did not make", () => {
    const plain = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-1\n+2\n";
    expect(patchFiles(plain).map(({ path }) => path)).toEqual(["x"]);
  });

  test("stands side by side without losing a line", () => {
    const lines = patchFiles(DIFF)[0]?.lines ?? [];
    const rows = splitRows(lines);
    const seen = new Set(
      rows.flatMap((row) => (row.kind === "head" ? [row.line.at] : [row.left?.at, row.right?.at])),
    );
    seen.delete(undefined);
    expect(seen.size).toBe(lines.length);
    const pairs = rows.flatMap((row) => (row.kind === "pair" ? [[row.left?.text, row.right?.text]] : []));
    expect(pairs[1]).toEqual(['  "model": "sonnet",', '  "model": "opus",']);
    expect(pairs[2]).toEqual([undefined, '  "effort": "high",']);
  });
});

describe("the colours of a line", () => {
  test("never change what it says, whatever it says", () => {
    const nasty = ['"a\\', "''$x", '/* # "', "```js", "**a** `b` [c](javascript:1)", "", "\u0000", "x=='"];
    for (const language of ["json", "nix", "markdown", undefined] as const)
      for (const line of nasty)
        expect(
          tokensOf(line, language)
            .map(({ text }) => text)
            .join(""),
        ).toBe(line);
  });

  test("tell keys, strings, numbers and words apart", () => {
    const kinds = (line: string, path: string) =>
      tokensOf(line, languageOf(path)).flatMap(({ kind, text }) => (kind === "plain" ? [] : [[kind, text]]));
    expect(kinds('  "n": [12, true, "x"],', "agent.json")).toEqual([
      ["key", '"n"'],
      ["number", "12"],
      ["word", "true"],
      ["string", '"x"'],
    ]);
    expect(kinds("  services.foo.enable = true; # why", "agent.nix")).toEqual([
      ["key", "services.foo.enable"],
      ["word", "true"],
      ["comment", "# why"],
    ]);
    expect(kinds("## title", "NOTES.md")).toEqual([["mark", "## title"]]);
    expect(kinds("x = 1", "a.sh")).toEqual([]);
  });

  test("are not worth more than a moment", () => {
    const began = performance.now();
    for (const language of ["json", "nix", "markdown"] as const)
      for (const piece of ['"', "''", "*", "[", "`", "#"]) tokensOf(piece.repeat(1_999), language);
    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe("a comment on a line", () => {
  test("names file and line, quotes it, and is read back from its message", () => {
    const line = patchFiles(DIFF)[0]?.lines[7];
    const gone = patchFiles(DIFF)[0]?.lines[6];
    if (line === undefined || gone === undefined) throw new Error("no line");
    expect(placeOf("agent.json", gone)).toBe("agent.json:4 (before the change)");
    const body = commentBody({ approval: 7n, path: "agent.json", line, text: "why opus?\n\nit costs" });
    expect(body).toBe(
      'Comment on your request #7, agent.json:4:\n\n    +   "model": "opus",\n\nwhy opus?\n\nit costs',
    );
    const message = { id: "m", from: "operator", to: "alice", body } as Message;
    const other = { ...message, from: "alice" } as Message;
    const found = commentsOn(7n, [message, other, { ...message, body: body.replace("#7", "#8") } as Message]);
    expect([...found]).toEqual([
      ["agent.json:4", [{ message, place: "agent.json:4", text: "why opus?\n\nit costs" }]],
    ]);
  });
});
