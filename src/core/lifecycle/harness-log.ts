/**
 * The file a harness writes its output to: it survives the daemon, and is bounded by copying and cutting, because
 * the writer keeps its descriptor. Lies where the agent cannot see it.
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { errnoOf } from "../../platform/errno.ts";
import { redactText } from "../../platform/log.ts";

const FILE = "harness.log";
const OLDER = "harness.log.1";
/** Two such files at most, plus what a flood writes between two looks. */
export const LOG_MAX_BYTES = 4 * 1024 * 1024;
const TAIL_MAX_BYTES = 512 * 1024;
const LINE_MAX_CHARS = 4_000;

/** For the harness: append only. Close it after the start. */
export function openHarnessLog(directory: string): number {
  const { O_WRONLY, O_CREAT, O_APPEND, O_NOFOLLOW } = constants;
  return openSync(join(directory, FILE), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600);
}

/** Keeps the file below its bound. True when it was cut. */
export function boundHarnessLog(directory: string, maxBytes: number = LOG_MAX_BYTES): boolean {
  const fd = openExisting(join(directory, FILE), constants.O_RDWR);
  if (fd === undefined) return false;
  try {
    if (fstatSync(fd).size <= maxBytes) return false;
    // Removed first: on a full disk the old one gives the room for the new one.
    rmSync(join(directory, OLDER), { force: true });
    keepEnd(fd, join(directory, OLDER), maxBytes);
    return true;
  } finally {
    if (fstatSync(fd).size > maxBytes) ftruncateSync(fd, 0);
    closeSync(fd);
  }
}

/** Of a flood only the end: through its harness's descriptor an agent can make the file as long as it likes. */
function keepEnd(fd: number, path: string, maxBytes: number): void {
  const end = Buffer.alloc(maxBytes);
  const length = readSync(fd, end, 0, maxBytes, fstatSync(fd).size - maxBytes);
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const older = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    writeSync(older, end, 0, length);
  } finally {
    closeSync(older);
  }
}

/** The last lines, oldest first, without control characters and without what looks like a secret. */
export function tailHarnessLog(directory: string, lines: number): string[] {
  const newest = tailOf(join(directory, FILE), lines);
  if (newest.length >= lines) return newest;
  return [...tailOf(join(directory, OLDER), lines - newest.length), ...newest];
}

/** What a person is told of the last line: text as it is, of a log record its message, where it tells of trouble. */
export function lastWords(directory: string): string | undefined {
  const line = tailHarnessLog(directory, 1)[0];
  const record = line?.startsWith("{") === true ? readRecord(line) : undefined;
  if (record === undefined) return line;
  if (record.level !== "warn" && record.level !== "error") return undefined;
  return record.error?.message === undefined ? record.msg : `${record.msg}: ${record.error.message}`;
}

const LogRecord = z.object({
  level: z.string(),
  msg: z.string(),
  error: z.object({ message: z.string() }).optional(),
});

function readRecord(line: string): z.output<typeof LogRecord> | undefined {
  try {
    return LogRecord.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function tailOf(path: string, lines: number): string[] {
  const fd = openExisting(path, constants.O_RDONLY);
  if (fd === undefined) return [];
  try {
    const { size } = fstatSync(fd);
    const start = Math.max(0, size - TAIL_MAX_BYTES);
    const buffer = Buffer.alloc(size - start);
    const length = readSync(fd, buffer, 0, buffer.length, start);
    const all = buffer.subarray(0, length).toString("utf8").split("\n");
    if (start > 0) all.shift();
    return all
      .filter((line) => line !== "")
      .slice(-lines)
      .map(tame);
  } finally {
    closeSync(fd);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

function tame(line: string): string {
  return redactText(line.slice(0, LINE_MAX_CHARS).replace(CONTROL, "\ufffd"));
}

function openExisting(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags | constants.O_NOFOLLOW);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
