import { describe, expect, test } from "bun:test";
import { findCycles } from "./cycles.ts";
import { imports } from "./imports.ts";
import { fakeRepo } from "./repo.ts";

async function messages(files: Record<string, string>): Promise<string[]> {
  const findings = await imports.run(fakeRepo(files));
  return findings.map(({ path, line, message }) => `${path}:${line ?? ""} ${message.split(":")[0]}`);
}

describe("import rules", () => {
  test("let wire import zod and itself", async () => {
    expect(
      await messages({ "src/wire/a.ts": 'import { z } from "zod";\nimport { b } from "./b.ts";\n' }),
    ).toEqual([]);
  });

  test.each([
    ["src/wire/a.ts", 'import { x } from "../lib/x.ts";', 'may not import "src/lib/x.ts"'],
    ["src/wire/a.ts", 'import process from "node:process";', 'may not import "node'],
    ["src/lib/a.ts", 'import type { A } from "../wire/a.ts";', 'may not import "src/wire/a.ts"'],
    ["src/client/a.ts", 'import { readFile } from "node:fs/promises";', 'may not import "node'],
    ["src/hivectl/a.ts", 'export { b } from "../core/b.ts";', 'may not import "src/core/b.ts"'],
    ["src/web/tabs/a.tsx", 'export * from "../../platform/log.ts";', 'may not import "src/platform/log.ts"'],
    ["harness/ag3nt/a.ts", 'type T = import("../../src/core/t.ts").T;', 'may not import "src/core/t.ts"'],
    [
      "harness/ag3nt/a.ts",
      'import { main } from "../../src/web/main.tsx";',
      'may not import "src/web/main.tsx"',
    ],
    [
      "src/core/broker/a.ts",
      'const x = await import("../doors/x.ts");',
      'may not import "src/core/doors/x.ts"',
    ],
    ["src/core/broker/a.ts", 'import { eq } from "drizzle-orm";', 'may not import "npm'],
    [
      "src/core/broker/a.ts",
      'import { s } from "../agents/store.ts";',
      'may not import "src/core/agents/store.ts"',
    ],
    [
      "src/core/agents/a.ts",
      'import { x } from "../approvals/actions/x.ts";',
      'may not import "src/core/approvals/',
    ],
    ["src/core/main.ts", 'import { Database } from "bun:sqlite";', 'may not import "bun'],
    [
      "src/core/main.ts",
      'import { start } from "../../test/support/start.ts";',
      'may not import "test/support/start.ts"',
    ],
  ])("refuse in %s: %s", async (path, code, expected) => {
    expect((await messages({ [path]: code })).join()).toContain(`${path}:1 ${expected}`);
  });

  test("see an import that spans lines, and give the line it starts on", async () => {
    const code = '// one\nimport {\n  a,\n  b,\n} from "../core/b.ts";\n';
    expect(await messages({ "src/hivectl/a.ts": code })).toEqual([
      'src/hivectl/a.ts:2 may not import "src/core/b.ts"',
    ]);
  });

  test("are not fooled by imports in strings and comments", async () => {
    const code = '// import x from "../core/x.ts"\nexport const a = \'import x from "../core/x.ts"\';\n';
    expect(await messages({ "src/hivectl/a.ts": code })).toEqual([]);
  });

  test("let the owner reach a store, an action and drizzle", async () => {
    const files = {
      "src/core/agents/list.ts": 'import { s } from "./store.ts";',
      "src/core/approvals/resolve.ts": 'import { x } from "./actions/x.ts";',
      "src/core/db/open.ts": 'import { eq } from "drizzle-orm";',
    };
    expect(await messages(files)).toEqual([]);
  });

  test("let the built bundle's loader be used by daemon and harness", async () => {
    const files = {
      "src/core/main.ts": 'import { loadWebAssets } from "../web/assets.ts";',
      "harness/main.ts": 'import { loadWebAssets } from "../src/web/assets.ts";',
    };
    expect(await messages(files)).toEqual([]);
  });

  test("let a unit test use the test runner and test/support", async () => {
    const code = 'import { test } from "bun:test";\nimport { clock } from "../../test/support/clock.ts";\n';
    expect(await messages({ "src/wire/a.test.ts": code })).toEqual([]);
  });

  test("keep the Bun global under src/platform", async () => {
    const files = {
      "src/core/a.ts": "export const f = () => Bun.file('x');",
      "src/platform/a.ts": "export const f = () => Bun.file('x');",
      "src/core/b.ts": "export const key = { Bun: 1 }; export const other = key.Bun;",
    };
    expect(await messages(files)).toEqual(['src/core/a.ts:1 may not use "Bun"']);
  });
});

describe("import cycles", () => {
  test("are found through type-only imports", async () => {
    const files = {
      "src/lib/a.ts": 'import type { B } from "./b.ts"; export type A = B;',
      "src/lib/b.ts": 'import type { A } from "./a.ts"; export type B = A;',
    };
    expect(await messages(files)).toEqual(["src/lib/a.ts: imports itself"]);
  });

  test("are reported once, without those that merely lead there", () => {
    const links = ["a>b", "b>c", "c>b", "c>d"].map((link) => ({ from: link[0] ?? "", to: link[2] ?? "" }));
    expect(findCycles(links)).toEqual([["b", "c"]]);
  });

  test("allow the seam and its implementation", async () => {
    const files = {
      "src/platform/sqlite.ts": 'export const open = () => import("./bun/sqlite.ts"); export type Db = {};',
      "src/platform/bun/sqlite.ts": 'import type { Db } from "../sqlite.ts"; export type X = Db;',
    };
    expect(await messages(files)).toEqual([]);
  });
});
