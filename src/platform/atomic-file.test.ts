import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureDir, readFileNoFollow, writeFileAtomic } from "./atomic-file.ts";

let dir: string;
const at = (name: string): string => join(dir, name);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "atomic-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe("writeFileAtomic", () => {
  test("replaces the content and sets exactly the mode", () => {
    writeFileSync(at("f"), "old", { mode: 0o666 });
    writeFileAtomic(at("f"), "new", { mode: 0o640 });
    expect(readFileSync(at("f"), "utf8")).toBe("new");
    expect(lstatSync(at("f")).mode & 0o7777).toBe(0o640);
    expect(readdirSync(dir)).toEqual(["f"]);
  });

  test("replaces a link instead of writing through it", () => {
    writeFileSync(at("victim"), "safe");
    symlinkSync(at("victim"), at("f"));
    writeFileAtomic(at("f"), "new");
    expect(readFileSync(at("victim"), "utf8")).toBe("safe");
    expect(lstatSync(at("f")).isSymbolicLink()).toBe(false);
  });

  test("leaves neither a draft nor damage when it fails", () => {
    mkdirSync(at("f"));
    expect(() => writeFileAtomic(at("f"), "new")).toThrow();
    expect(readdirSync(dir)).toEqual(["f"]);
  });
});

describe("readFileNoFollow", () => {
  test("reads a file, also one that says it has no size", () => {
    writeFileSync(at("f"), "hello");
    expect(readFileNoFollow(at("f")).toString()).toBe("hello");
    expect(readFileNoFollow("/proc/self/status").toString()).toContain("nonvoluntary_ctxt_switches");
  });

  test("refuses a link, a directory, a pipe without waiting, and what is too large", () => {
    symlinkSync("/etc/passwd", at("link"));
    execFileSync("mkfifo", [at("pipe")]);
    writeFileSync(at("large"), "x".repeat(11));
    expect(() => readFileNoFollow(at("link"))).toThrow("symbolic link");
    expect(() => readFileNoFollow(dir)).toThrow("not a regular file");
    expect(() => readFileNoFollow(at("pipe"))).toThrow("not a regular file");
    expect(() => readFileNoFollow(at("large"), { maxBytes: 10 })).toThrow("larger");
    expect(() => readFileNoFollow(at("none"))).toThrow("ENOENT");
  });
});

describe("ensureDir", () => {
  test("makes what is missing and corrects the mode of what is there", () => {
    ensureDir(at("a/b"), 0o751);
    expect(lstatSync(at("a/b")).mode & 0o7777).toBe(0o751);
    ensureDir(at("a/b"), 0o700);
    expect(lstatSync(at("a/b")).mode & 0o7777).toBe(0o700);
  });

  test("refuses a link in its place", () => {
    symlinkSync("/tmp", at("link"));
    expect(() => ensureDir(at("link"))).toThrow("not a directory");
  });
});
