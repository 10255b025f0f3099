import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setNspawnFlags } from "./set-nspawn-flags.ts";

const BINDS = [{ source: "/srv/a", target: "/a" }];
let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "hive-conf-"));
  path = join(dir, "h-alice.conf");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("set_nspawn_flags", () => {
  test("makes a missing file, readable for all", () => {
    expect(setNspawnFlags(path, BINDS)).toBe(true);
    expect(readFileSync(path, "utf8")).toContain("EXTRA_NSPAWN_FLAGS=--bind=/srv/a:/a\n");
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readdirSync(dir)).toEqual(["h-alice.conf"]);
  });

  test("writes nothing when everything holds already", () => {
    setNspawnFlags(path, BINDS);
    const { ino } = statSync(path);
    expect(setNspawnFlags(path, BINDS)).toBe(false);
    expect(statSync(path).ino).toBe(ino);
  });

  test("replaces the file as a whole", () => {
    writeFileSync(path, "PRIVATE_NETWORK=1\n");
    const { ino } = statSync(path);
    setNspawnFlags(path, BINDS);
    expect(statSync(path).ino).not.toBe(ino);
  });

  test("refuses a directory in its place", () => {
    mkdirSync(path);
    expect(() => setNspawnFlags(path, BINDS)).toThrow(/is not ours: .*is not a regular file/);
  });

  test("refuses a link: a container that the host declares", () => {
    writeFileSync(join(dir, "store.conf"), "A=1\n");
    symlinkSync("store.conf", path);
    expect(() => setNspawnFlags(path, BINDS)).toThrow(/is not ours: .*is a symbolic link/);
    expect(readFileSync(join(dir, "store.conf"), "utf8")).toBe("A=1\n");
  });

  test("leaves the file untouched when a path cannot be expressed", () => {
    writeFileSync(path, "PRIVATE_NETWORK=1\n");
    expect(() => setNspawnFlags(path, [{ source: "/with space", target: "/a" }])).toThrow(/white space/);
    expect(readFileSync(path, "utf8")).toBe("PRIVATE_NETWORK=1\n");
  });
});
