/** The rules that are one look at a text. */
import { describe, expect, test } from "bun:test";
import { checkLog } from "./attribution.ts";
import { parseBiome } from "./biome.ts";
import { denoFiles, parseDeno } from "./deno.ts";
import { checkText } from "./hosts.ts";
import { checkLock, checkManifest } from "./lockfile.ts";
import { fakeRepo } from "./repo.ts";
import { requirements } from "./requirements.ts";
import { checkHead } from "./shell.ts";
import { parseTsc } from "./types.ts";

describe("lockfile", () => {
  test("passes names, versions and checksums", () => {
    expect(checkLock('    "zod": ["zod@4.6.7", "", {}, "sha512-abc=="],\n')).toEqual([]);
  });

  test("refuses an address and a package without a checksum", () => {
    const url = `    "zod": ["zod@4.6.7", "${"https:"}//mirror.example/zod.tgz", {}, "sha512-abc=="],`;
    expect(checkLock(`{\n${url}`)).toMatchObject([{ line: 2 }]);
    expect(checkLock('    "zod": ["zod@4.6.7", "", {}],')).toMatchObject([
      { message: "package without a checksum" },
    ]);
  });

  test("wants exact versions", () => {
    const manifest = (version: string): string =>
      `{\n  "version": "^1",\n  "dependencies": {\n    "zod": "${version}"\n  }\n}`;
    expect(checkManifest(manifest("4.6.7"))).toEqual([]);
    expect(checkManifest(manifest("^4.6.7"))).toMatchObject([{ line: 4 }]);
  });
});

describe("hosts", () => {
  test("pass code that merely sounds like one", () => {
    expect(
      checkText("a.ts", "registry.get(x); npm run build; /home/alice/.claude", ["/srv/checkout"]),
    ).toEqual([]);
  });

  test("are refused, and so is this machine's path", () => {
    const host = ["registry", "somewhere", "org"].join(".");
    expect(checkText("a.md", `see ${host}\n`, [])).toMatchObject([{ line: 1 }]);
    expect(checkText("a.md", "\ncd /srv/checkout/src", ["/srv/checkout"])).toMatchObject([{ line: 2 }]);
  });
});

describe("commit messages", () => {
  test("are signed by people", () => {
    const trailer = (name: string): string =>
      `abc123\0broker: keep order\n\nCo-${"authored"}-by: ${name} <x@y.z>\n\u0001`;
    expect(checkLog(trailer("Ada Lovelace"))).toEqual([]);
    expect(checkLog(trailer("Claude"))).toEqual([{ path: "", message: "commit abc123 is signed by a tool" }]);
  });
});

describe("shell scripts", () => {
  test("start strictly", () => {
    expect(checkHead("a", "#!/usr/bin/env bash\n# what\nset -euo pipefail\n")).toEqual([]);
    expect(checkHead("a", "#!/usr/bin/env bash\nset -e\n")).toHaveLength(1);
  });
});

describe("requirements", () => {
  const list = 'export const requirements = [{ id: "msg:no-loss", says: "x" }];';

  test("are proved by titles", () => {
    const tests = 'test("nothing is lost [msg:no-loss]", () => {});';
    expect(requirements.run(fakeRepo({ "test/requirements.ts": list, "test/a.test.ts": tests }))).toEqual([]);
  });

  test("without a test, and tests without one, are named", async () => {
    const tests = 'test("x [req msg:no-dup, msg:order]", () => {});';
    const findings = await requirements.run(
      fakeRepo({ "test/requirements.ts": list, "test/a.test.ts": tests }),
    );
    expect(findings.map(({ message }) => message)).toEqual([
      'no test\'s title says "[msg:no-loss]"',
      '"msg:no-dup" is not in test/requirements.ts',
      '"msg:order" is not in test/requirements.ts',
    ]);
  });

  test("may be absent", () => {
    expect(requirements.run(fakeRepo({}))).toEqual([]);
  });
});

describe("outside checkers", () => {
  test("have their output read", () => {
    const biome =
      "::error title=lint/style/useConst,file=/r/a.ts,line=3,endLine=3,col=1,endColumn=2::use const";
    expect(parseBiome(biome, "/r")).toEqual([
      { path: "a.ts", line: 3, message: "use const (lint/style/useConst)" },
    ]);
    expect(parseTsc("src/a.ts(4,2): error TS2322: no")).toEqual([
      { path: "src/a.ts", line: 4, message: "no (TS2322)" },
    ]);
    const deno =
      "TS2304 [ERROR]: Cannot find name 'Bun'.\n  Bun.file()\n  ~~~\n    at file:///r/src/a.ts:5:3\n\nerror: Type checking failed.";
    expect(parseDeno(deno, "/r")).toEqual([
      { path: "src/a.ts", line: 5, message: "Cannot find name 'Bun'. (TS2304)" },
    ]);
  });

  test("give Deno what claims to run there", () => {
    const files = [
      "src/lib/a.ts",
      "src/lib/a.test.ts",
      "src/platform/bun/a.ts",
      "src/web/a.tsx",
      "scripts/a.ts",
      "harness/a.ts",
    ];
    const repo = fakeRepo(Object.fromEntries(files.map((path) => [path, ""])));
    expect(denoFiles(repo)).toEqual(["harness/a.ts", "src/lib/a.ts"]);
  });
});
