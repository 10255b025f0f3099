// What the packages are made of, as far as it goes without a binary cache: the fixed output's hash, assets, source lists.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMPILE_OPTIONS } from "../../scripts/lib/build-executable.ts";
import {
  cleanInstall,
  INSTALL_FLAGS,
  inputsDigest,
  readHashFile,
} from "../../scripts/lib/node-modules-hash.ts";
import { ROOT } from "../../scripts/lib/paths.ts";

const BRANDING = join(ROOT, "assets/branding");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const run = (argv: readonly string[], cwd: string) =>
  Bun.spawnSync([...argv], { cwd, stdout: "pipe", stderr: "pipe" });

describe("the fixed node_modules", () => {
  test("was computed of the lockfile that is committed, with the flags that are used", () => {
    expect(readHashFile()).toMatchObject({ inputs: inputsDigest(), flags: [...INSTALL_FLAGS] });
  });

  const installed = tryInstall();
  const offline = typeof installed === "string" ? installed : undefined;
  afterAll(() => {
    if (typeof installed !== "string") installed[Symbol.dispose]();
  });

  // A suite may have no network, and Bun's cache may be empty: the title says so.
  test.skipIf(offline !== undefined)(
    `has the hash of a clean install${offline ? ` (${offline})` : ""}`,
    () => {
      if (typeof installed === "string") throw new Error(installed);
      expect(installed.hash).toBe(readHashFile().hash);
    },
  );

  const noNix = offline ?? (Bun.which("nix") === null ? "nix is not installed" : undefined);
  // Without nix our own hash of the same tree is tested above.
  test.skipIf(noNix !== undefined)(`has the hash that nix computes${noNix ? ` (${noNix})` : ""}`, () => {
    if (typeof installed === "string") throw new Error(installed);
    const features = ["--extra-experimental-features", "nix-command"];
    const { stdout } = run(["nix", ...features, "hash", "path", "--sri", installed.dir], ROOT);
    expect(stdout.toString().trim()).toBe(readHashFile().hash);
  });
});

function tryInstall(): ReturnType<typeof cleanInstall> | string {
  try {
    return cleanInstall();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("the assets", () => {
  const noRsvg = Bun.which("rsvg-convert") === null ? "rsvg-convert is not installed" : undefined;
  let work: string;
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), "hive-assets-"));
    cpSync(BRANDING, work, { recursive: true });
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  // A machine may have no librsvg: the title says so.
  test.skipIf(noRsvg !== undefined)(
    `render into a family of PNG files${noRsvg ? ` (${noRsvg})` : ""}`,
    () => {
      expect(run(["bash", "render-png.sh", "."], work).stderr.toString()).toBe("");
      const sizes = readdirSync(work)
        .filter((name) => name.endsWith(".png"))
        .map((name) => pngSize(join(work, name), name));
      expect(sizes.toSorted((a, b) => a - b)).toEqual([16, 32, 48, 180, 192, 512]);
    },
  );

  test("are branding, prompts and settings, and none of them is a source of the programs", () => {
    const sources = read("nix/packages/sources.nix");
    const programs = /programs = toSource \{([\s\S]*?)\n {2}\};/.exec(sources)?.[1] ?? "";
    expect(programs).toContain("../../src");
    expect(programs).not.toMatch(/assets|docs|\.\.\/\.\.\s/);
  });
});

/** Width, which is the height, and is what the name says. */
function pngSize(path: string, name: string): number {
  const header = readFileSync(path).subarray(0, 24);
  const [width, height] = [header.readUInt32BE(16), header.readUInt32BE(20)];
  expect([name, height]).toEqual([`icon-${width}.png`, width]);
  return width;
}

// One for each paragraph of docs/gotchas.md about packages.
describe("gotcha", () => {
  test("a copy from the store is made writable", () => {
    expect(read("nix/assets.nix")).toContain("cp -r --no-preserve=mode,ownership");
  });

  test("a stripped or re-pathed executable is a plain Bun, or crashes: neither is done, and the version is asked", () => {
    const programs = read("nix/packages/programs.nix");
    expect(programs).toContain("dontStrip = true");
    expect(programs).toContain("dontPatchELF = true");
    expect(programs).toContain("--version");
    expect(COMPILE_OPTIONS).toContain("--compile");
  });

  test("the layout of node_modules is said: Bun's default for it has changed", () => {
    expect(INSTALL_FLAGS).toContain("--linker=hoisted");
  });

  test("the flake holds wires only", () => {
    const lines = read("flake.nix").split("\n");
    expect(lines.length).toBeLessThan(120);
  });
});

describe("the gateway's own authority", () => {
  const noSsl = Bun.which("openssl") === null ? "openssl is not installed" : undefined;
  let ca: string;
  beforeAll(() => {
    ca = mkdtempSync(join(tmpdir(), "hive-ca-"));
  });
  afterAll(() => rmSync(ca, { recursive: true, force: true }));
  const make = (name: string): number =>
    run(["bash", join(ROOT, "nix/modules/gateway/local-ca.sh"), ca, name], ROOT).exitCode;
  const verifies = (name: string): boolean =>
    run(["openssl", "verify", "-CAfile", "ca.pem", "-verify_hostname", name, "cert.pem"], ca).exitCode === 0;

  // A machine may have no openssl: the title says so.
  test.skipIf(noSsl !== undefined)(
    `signs one name, once, and begins anew for another${noSsl ? ` (${noSsl})` : ""}`,
    () => {
      expect(make("hive.example.org")).toBe(0);
      expect([verifies("hive.example.org"), verifies("other.example.org")]).toEqual([true, false]);
      const first = readFileSync(join(ca, "cert.pem"), "utf8");
      expect(make("hive.example.org")).toBe(0);
      expect(readFileSync(join(ca, "cert.pem"), "utf8")).toBe(first);
      expect(make("other.example.org")).toBe(0);
      expect(verifies("other.example.org")).toBe(true);
      const modes = run(["stat", "-c", "%n %a", "ca.key", "key.pem", "ca.pem"], ca).stdout.toString();
      expect(modes).toBe("ca.key 600\nkey.pem 640\nca.pem 644\n");
    },
  );
});
