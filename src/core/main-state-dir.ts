/** Claims the state directory for this process: private, writable, and nobody else's. */
import { lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { errnoOf, messageOf } from "../platform/errno.ts";
import { type DirectoryLock, lockDirectory } from "../platform/lock.ts";
import { HiveError } from "../wire/errors.ts";

export function claimStateDir(dir: string): DirectoryLock {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(dir, error);
  }
  checkOwner(dir);
  try {
    return lockDirectory(dir);
  } catch (error) {
    throw error instanceof HiveError ? error : unusable(dir, error);
  }
}

/** Not made private behind the operator's back: the directory may be somebody else's, or /tmp. */
function checkOwner(dir: string): void {
  const stat = lstatSync(dir);
  if (!stat.isDirectory()) throw new HiveError("invalid", `"${dir}" is not a directory`);
  if (stat.uid !== process.getuid?.()) {
    throw new HiveError("forbidden", `the state directory "${dir}" belongs to another user`, {
      hint: "choose another one with --state DIR",
    });
  }
  if ((stat.mode & 0o022) === 0) return;
  throw new HiveError("forbidden", `the state directory "${dir}" can be written by others`, {
    hint: `chmod 700 ${dir}, or choose another one with --state DIR`,
  });
}

const MEANING: Readonly<Record<string, string>> = {
  EROFS: "is on a read-only disk",
  EACCES: "may not be written by you",
  EPERM: "may not be written by you",
  ENOSPC: "is on a full disk",
  EDQUOT: "is over your quota",
  EEXIST: "is not a directory",
  ENOTDIR: "is not a directory",
};

function unusable(dir: string, error: unknown): HiveError {
  const code = errnoOf(error) ?? "";
  const text = MEANING[code] ?? `cannot be used (${messageOf(error)})`;
  const full = code === "ENOSPC" || code === "EDQUOT";
  return new HiveError("storage", `the state directory "${dir}" ${text}`, {
    hint: full ? "free some space, then start again" : "choose another one with --state DIR",
    cause: error,
  });
}

export function databasePath(stateDir: string): string {
  return join(stateDir, "hive.sqlite");
}
