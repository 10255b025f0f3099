import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { lockDirectory } from "./lock.ts";
import { spawnChild } from "./spawn.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lock-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const MODULE = new URL("./lock.ts", import.meta.url).pathname;

/** Another process that holds the lock, with a child of its own that outlives it. */
async function holder() {
  const script = `import { lockDirectory } from ${JSON.stringify(MODULE)}; import { spawn } from "node:child_process";
    lockDirectory(${JSON.stringify(dir)});
    const child = spawn("sleep", ["60"], { stdio: "ignore", detached: true, env: { PATH: "/usr/bin:/bin" } });
    console.log(child.pid); setInterval(() => {}, 1000);`;
  const child = await spawnChild({ argv: [process.execPath, "-e", script], env: {}, cwd: "/" });
  const first = await child.stdout[Symbol.asyncIterator]().next();
  return { child, grandchild: Number(Buffer.from(first.value ?? []).toString()) };
}

describe("directory lock", () => {
  test("refuses a second owner and names the first", async () => {
    const { child, grandchild } = await holder();
    expect(() => lockDirectory(dir)).toThrow(`is in use by process ${child.pid}`);
    child.kill("SIGKILL");
    await child.exited;
    process.kill(grandchild, "SIGKILL");
  });

  test("dies with its owner, even when a child of the owner lives on", async () => {
    const { child, grandchild } = await holder();
    child.kill("SIGKILL");
    await child.exited;
    lockDirectory(dir).release();
    process.kill(grandchild, "SIGKILL");
  });

  test("can be taken again after its release, which may be called twice", () => {
    const lock = lockDirectory(dir);
    expect(() => lockDirectory(dir)).toThrow("in use");
    lock.release();
    lock.release();
    lockDirectory(dir).release();
  });
});
