/**
 * Files that are either the old or the new one, also after a power cut, and reads that a planted link cannot
 * redirect.
 */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { HiveError } from "../wire/errors.ts";
import { errnoOf } from "./errno.ts";

export interface WriteFileOptions {
  /** 0o600 when absent; set whatever the umask is. */
  readonly mode?: number;
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) at += writeSync(fd, bytes, at, bytes.length - at);
}

function syncDirectory(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

export function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: WriteFileOptions = {},
): void {
  const { mode = 0o600 } = options;
  const directory = dirname(path);
  const draft = join(directory, `.${randomBytes(8).toString("hex")}.tmp`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  try {
    const fd = openSync(draft, flags, 0o600);
    try {
      fchmodSync(fd, mode);
      writeAll(fd, typeof data === "string" ? Buffer.from(data) : data);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncDirectory(directory);
}

export interface ReadFileOptions {
  /** 1 MiB when absent; a larger file is an error, not a cut. */
  readonly maxBytes?: number;
}

/**
 * The bytes of a regular file. A symbolic link in the last place, a directory, a device or a pipe is refused
 * (a link further up is not: open only beneath directories that are yours). ENOENT passes as it is.
 */
export function readFileNoFollow(path: string, options: ReadFileOptions = {}): Buffer {
  const { maxBytes = 1024 * 1024 } = options;
  const fd = openNoFollow(path);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new HiveError("invalid", `"${path}" is not a regular file`);
    return readBounded(fd, path, { maxBytes, expected: stat.size });
  } finally {
    closeSync(fd);
  }
}

/** Reads to the end, whatever size the file claims: those of /proc claim none, and a log grows meanwhile. */
function readBounded(fd: number, path: string, size: { maxBytes: number; expected: number }): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  while (length <= size.maxBytes) {
    const part = Buffer.alloc(Math.max(4096, Math.min(size.expected, size.maxBytes) + 1 - length));
    const got = readSync(fd, part, 0, part.length, null);
    if (got === 0) return Buffer.concat(parts, length);
    parts.push(part.subarray(0, got));
    length += got;
  }
  throw new HiveError("too_large", `"${path}" is larger than "${size.maxBytes}" bytes`);
}

function openNoFollow(path: string): number {
  try {
    // O_NONBLOCK: opening a planted pipe would otherwise wait for a writer for ever.
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) !== "ELOOP") throw error;
    throw new HiveError("invalid", `"${path}" is a symbolic link`, { cause: error });
  }
}

/** Makes a directory, and those above it, with exactly this mode; an existing one gets the mode. */
export function ensureDir(path: string, mode = 0o700): void {
  mkdirSync(path, { recursive: true, mode });
  const stat = lstatSync(path);
  if (!stat.isDirectory()) throw new HiveError("invalid", `"${path}" is not a directory`);
  if ((stat.mode & 0o7777) !== mode) chmodSync(path, mode);
}
