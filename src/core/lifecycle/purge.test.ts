import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { purgeTree } from "./purge.ts";

function tempDir() {
  const dir = mkdtempSync(join(tmpdir(), "hive-purge-"));
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) };
}

describe("purgeTree", () => {
  test("removes files, links, hidden ones and directories without permissions", async () => {
    using temp = tempDir();
    const tree = join(temp.dir, "tree");
    mkdirSync(join(tree, "a/b/c"), { recursive: true });
    for (const file of [".x", "a/y", "a/b/c/z", ".purge-0", "a/.purge-0"])
      writeFileSync(join(tree, file), "");
    symlinkSync("/nowhere", join(tree, "a/dangling"));
    chmodSync(join(tree, "a/b"), 0);
    await purgeTree(tree);
    expect(readdirSync(temp.dir)).toEqual([]);
    await purgeTree(tree);
  });

  test("removes a link in the place of the tree, not what it points to", async () => {
    using temp = tempDir();
    mkdirSync(join(temp.dir, "real"));
    writeFileSync(join(temp.dir, "real/file"), "");
    symlinkSync("real", join(temp.dir, "tree"));
    await purgeTree(join(temp.dir, "tree"));
    expect(readdirSync(temp.dir)).toEqual(["real"]);
    expect(existsSync(join(temp.dir, "real/file"))).toBe(true);
  });

  test("removes what is nested deeper than any path can be", async () => {
    using temp = tempDir();
    mkdirSync(join(temp.dir, "tree"));
    const name = "d".repeat(200);
    let fd = openSync(join(temp.dir, "tree"), "r");
    for (let depth = 0; depth < 60; depth++) {
      const next = `/proc/self/fd/${fd}/${name}`;
      mkdirSync(next);
      const deeper = openSync(next, "r");
      closeSync(fd);
      fd = deeper;
    }
    closeSync(fd);
    await purgeTree(join(temp.dir, "tree"));
    expect(readdirSync(temp.dir)).toEqual([]);
  });
});
