/**
 * Processes as the kernel lists them (Linux, /proc): is it still the same one, and who carries our tag.
 *
 * A child that calls setsid leaves its group, but not its environment: give every child `HIVE_OWNER=<uuid>` and it
 * and its descendants can be found. One that starts with a cleared environment escapes this; only a cgroup would
 * hold it.
 */
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { type Clock, systemClock } from "../lib/clock.ts";
import { errnoOf } from "./errno.ts";

/** A pid that cannot be mistaken for its successor, also across a reboot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot. */
  readonly startTime: number;
  readonly bootId: string;
}

interface Stat {
  readonly state: string;
  readonly startTime: number;
}

/** Positions after the command's closing bracket (proc_pid_stat(5), fields 3 and 22). */
const STATE_AT = 0;
const START_TIME_AT = 19;

function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The command may contain blanks and brackets of its own.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[STATE_AT] ?? "X", startTime: Number(fields[START_TIME_AT]) };
}

let boot: string | undefined;

/** It outlives us: read once. */
export function bootId(): string {
  boot ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return boot;
}

/** Undefined when there is no such process; one that ended and was not waited for counts as none. */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  if (stat === undefined || stat.state === "Z" || stat.state === "X") return undefined;
  return { pid, startTime: stat.startTime, bootId: bootId() };
}

export function processAlive(identity: ProcessIdentity): boolean {
  const now = processIdentity(identity.pid);
  return now !== undefined && now.startTime === identity.startTime && now.bootId === identity.bootId;
}

function environOf(pid: number): Buffer | undefined {
  try {
    return readFileSync(`/proc/${pid}/environ`);
  } catch {
    return undefined;
  }
}

function hasEntry(environ: Buffer, entry: Buffer): boolean {
  for (let at = environ.indexOf(entry); at !== -1; at = environ.indexOf(entry, at + 1)) {
    const after = at + entry.length;
    if ((at === 0 || environ[at - 1] === 0) && (after === environ.length || environ[after] === 0))
      return true;
  }
  return false;
}

/** Every living process, ourselves excepted, whose environment has exactly this entry ("HIVE_OWNER=uuid"). */
export function findByEnvTag(tag: string): readonly ProcessIdentity[] {
  const entry = Buffer.from(tag);
  const found: ProcessIdentity[] = [];
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const environ = environOf(pid);
    if (environ === undefined || !hasEntry(environ, entry)) continue;
    const identity = processIdentity(pid);
    if (identity !== undefined) found.push(identity);
  }
  return found;
}

export interface KillTreeOptions {
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

const POLL_MS = 20;
/** A process that forks while it is killed needs more than one round; one in disk sleep may outlast them all. */
const KILL_ROUNDS = 100;

function signalAll(processes: readonly ProcessIdentity[], signal: NodeJS.Signals): void {
  for (const identity of processes) {
    if (!processAlive(identity)) continue;
    try {
      process.kill(identity.pid, signal);
    } catch (error) {
      if (errnoOf(error) !== "ESRCH") throw error;
    }
  }
}

/** Ends everything that carries the tag. Gives what could not be ended: normally nothing. */
export async function killTree(tag: string, options: KillTreeOptions): Promise<readonly ProcessIdentity[]> {
  const { graceMs, clock = systemClock, signal } = options;
  let left = findByEnvTag(tag);
  if (left.length === 0) {
    // A process that is replacing itself by another program shows no environment for a moment.
    await clock.sleep(POLL_MS, signal);
    left = findByEnvTag(tag);
  }
  if (left.length === 0) return left;
  signalAll(left, "SIGTERM");
  const deadline = clock.monotonic() + graceMs;
  while (left.length > 0 && clock.monotonic() < deadline) {
    await clock.sleep(POLL_MS, signal);
    left = findByEnvTag(tag);
  }
  for (let round = 0; left.length > 0 && round < KILL_ROUNDS; round++) {
    signalAll(left, "SIGKILL");
    await clock.sleep(POLL_MS, signal);
    left = findByEnvTag(tag);
  }
  return left;
}
