/** What must be right before an agent is started: one sentence each, naming the next step. */
import { accessSync, closeSync, constants, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { errnoOf } from "../../platform/errno.ts";
import { HiveError } from "../../wire/errors.ts";
import { findProgram, isExecutable } from "./find-program.ts";

export interface PreflightOptions {
  readonly stateDir: string;
  readonly harness: string;
  /** From the settings; else `claude` on the PATH. */
  readonly claude?: string | undefined;
  readonly path: string;
}

const CLAUDE_PACKAGE = "@anthropic-ai/claude-code";
/** An agent that starts with less fails at its first write. */
const ROOM_BYTES = 16 * 1024 * 1024;

/** The claude executable; throws when something is missing. */
export function preflight(options: PreflightOptions): { claude: string } {
  checkHarness(options.harness);
  checkStateDir(options.stateDir);
  return { claude: findClaude(options) };
}

function checkHarness(harness: string): void {
  if (isExecutable(harness)) return;
  throw new HiveError("unavailable", `the harness "${harness}" is not there or cannot be run`, {
    hint: "scripts/build",
  });
}

export function findClaude({ claude, path }: Pick<PreflightOptions, "claude" | "path">): string {
  if (claude !== undefined) {
    if (isExecutable(claude)) return claude;
    throw new HiveError("unavailable", `claude_path "${claude}" is not there or cannot be run`, {
      hint: "correct claude_path in the settings, then start the agent again",
    });
  }
  const found = findProgram("claude", path);
  if (found !== undefined) return found;
  throw new HiveError("unavailable", 'there is no "claude" on the PATH', {
    hint: `install it: npm install -g ${CLAUDE_PACKAGE} (or set claude_path)`,
  });
}

function checkStateDir(stateDir: string): void {
  const probe = join(stateDir, `.write-test-${process.pid}`);
  try {
    accessSync(stateDir, constants.W_OK);
    const fd = openSync(probe, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    try {
      writeSync(fd, "x");
    } finally {
      closeSync(fd);
      rmSync(probe, { force: true });
    }
    const { bavail, bsize } = statfsSync(stateDir);
    if (bavail * bsize < ROOM_BYTES) throw full(stateDir);
  } catch (error) {
    throw error instanceof HiveError ? error : stateDirError(stateDir, error);
  }
}

function full(stateDir: string, cause?: unknown): HiveError {
  return new HiveError("storage", `the disk that holds "${stateDir}" is full`, {
    hint: "free some space, then start the agent again",
    cause,
  });
}

function stateDirError(stateDir: string, cause: unknown): HiveError {
  const errno = errnoOf(cause);
  if (errno === "ENOSPC" || errno === "EDQUOT") return full(stateDir, cause);
  const why = errno === "EROFS" ? "is on a read-only file system" : "cannot be written";
  return new HiveError("storage", `the state directory "${stateDir}" ${why}`, {
    hint: "check its owner and permissions, or choose another with --state DIR",
    cause,
  });
}
