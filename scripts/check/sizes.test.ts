import { describe, expect, test } from "bun:test";
import { measure } from "./sizes.ts";

const body = (lines: number): string => "  work();\n".repeat(lines);
const hard = (path: string, text: string): string[] =>
  measure(path, text)
    .filter(({ soft }) => soft !== true)
    .map(({ line, message }) => `${line} ${message}`);

describe("size limits", () => {
  test("pass a function of 80 lines and name one of 81", () => {
    expect(hard("a.ts", `function f() {\n${body(78)}}\n`)).toEqual([]);
    expect(hard("a.ts", `// x\nfunction f() {\n${body(79)}}\n`)).toEqual([
      '2 "f" has 81 lines; a function has at most 80',
    ]);
  });

  test("measure arrow functions, methods and components by their name", () => {
    expect(hard("a.ts", `const run = async () => {\n${body(79)}};\n`)[0]).toContain('"run" has 81 lines');
    expect(hard("a.ts", `const o = {\n  go() {\n${body(79)}  },\n};\n`)[0]).toContain('"go" has 81 lines');
    const rows = "      <p>a &lt; b {`}`}</p>\n".repeat(80);
    const page = `export const Page = () => {\n  return (\n    <div>\n${rows}    </div>\n  );\n};\n`;
    expect(hard("a.tsx", page)[0]).toContain('"Page" has 86 lines');
  });

  test("count a file's lines", () => {
    expect(hard("a.ts", "work();\n".repeat(400))).toEqual([]);
    expect(hard("a.ts", "work();\n".repeat(401))).toEqual(["1 401 lines; a file has at most 400"]);
  });

  test("let a describe block be long, but not a test", () => {
    expect(hard("a.test.ts", `describe("x", () => {\n${body(90)}});\n`)).toEqual([]);
    expect(hard("a.test.ts", `test("x", () => {\n${body(90)}});\n`)[0]).toContain(
      'the function given to "test"',
    );
  });

  test("mention parameters and nesting softly; else if is one level", () => {
    const flat =
      "function f(a, b, c) { if (a) {} else if (b) {} else if (c) {} else if (a) {} else if (b) {} }";
    expect(measure("a.ts", flat)).toEqual([]);
    const deep = "function f(a, b, c, d) { if (a) { for (;;) { while (b) { try {} catch {} } } } }";
    expect(measure("a.ts", deep)).toMatchObject([
      { soft: true, message: '"f" takes 4 parameters; pass an options object' },
      { soft: true, message: '"f" nests 4 deep; at most 3' },
    ]);
  });

  test("report a file that does not parse", () => {
    expect(hard("a.ts", "function {")[0]).toContain("does not parse");
  });
});
