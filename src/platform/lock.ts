/**
 * One owner of a state directory at a time. flock(2) on a file in it: the kernel drops the lock with the process,
 * however that ends, and children do not inherit it (descriptors are opened close-on-exec). A socket would be
 * bound to a network namespace, a pid file survives a crash.
 */
import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { HiveError } from "../wire/errors.ts";

export interface DirectoryLock {
  release(): void;
}

const LOCK_FILE = "lock";

const driver = "Bun" in globalThis ? await import("./bun/lock.ts") : await import("./deno/lock.ts");

/** Throws `conflict` with the holder's pid. The lock file stays; only the lock on it counts. */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, LOCK_FILE);
  const held = driver.tryLock(path);
  if (held === undefined) throw alreadyLocked(directory, path);
  writeHolder(path);
  return { release: held };
}

function writeHolder(path: string): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    ftruncateSync(fd, 0);
    writeSync(fd, `${process.pid}\n`);
  } finally {
    closeSync(fd);
  }
}

function alreadyLocked(directory: string, path: string): HiveError {
  const holder = readFileSync(path, "utf8").trim();
  const by = /^\d+$/.test(holder) ? `process ${holder}` : "another process";
  return new HiveError("conflict", `"${directory}" is in use by ${by}`, {
    hint: "stop the hive that runs there, or choose another one with --state DIR",
  });
}
