/**
 * The git program with nothing of its surroundings: no system or user configuration, no hooks, no prompts.
 * Never as root inside a repository that an agent can write: its own configuration is code all the same. Pass
 * `uid`/`gid` there.
 */
import process from "node:process";
import type { Clock } from "../lib/clock.ts";
import { HiveError } from "../wire/errors.ts";
import { type RunResult, run } from "./run.ts";
import type { Env } from "./spawn.ts";

export interface GitOptions {
  readonly cwd: string;
  readonly args: readonly string[];
  /** Added to the base environment. */
  readonly env?: Env;
  readonly input?: string | Uint8Array;
  /** 60 s when absent. */
  readonly timeoutMs?: number;
  /** Bytes of stdout; 8 MiB when absent. */
  readonly maxOutput?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** git said no; `exitCode` and `stderr` tell what. */
export class GitError extends HiveError {
  readonly exitCode: number | undefined;
  readonly stderr: string;

  constructor(args: readonly string[], result: RunResult) {
    const why = result.timedOut ? "took too long" : (result.stderr.trim().split("\n").at(-1) ?? "failed");
    super(result.timedOut ? "timeout" : "unavailable", `"git ${args[0] ?? ""}" failed: ${why}`);
    this.exitCode = result.code;
    this.stderr = result.stderr;
  }
}

const SAFE_CONFIG = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "protocol.ext.allow=never",
  "gc.auto=0",
  "maintenance.auto=false",
  "advice.detachedHead=false",
  "init.defaultBranch=main",
].flatMap((setting) => ["-c", setting]);

function gitEnv(extra: Env = {}): Env {
  return {
    PATH: process.env["PATH"] ?? "/run/current-system/sw/bin:/usr/bin:/bin",
    LC_ALL: "C.UTF-8",
    HOME: "/var/empty",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "true",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_PAGER: "cat",
    GIT_EDITOR: "true",
    GIT_AUTHOR_NAME: "hyperhive",
    GIT_AUTHOR_EMAIL: "hyperhive@localhost",
    GIT_COMMITTER_NAME: "hyperhive",
    GIT_COMMITTER_EMAIL: "hyperhive@localhost",
    ...extra,
  };
}

/** The git that was built in ($HYPERHIVE_GIT), else the one on PATH. */
export function gitProgram(): string {
  return process.env["HYPERHIVE_GIT"] ?? "git";
}

/** Whatever git's exit code was. */
export async function tryGit(options: GitOptions): Promise<RunResult> {
  const { cwd, args, env, timeoutMs = 60_000, maxOutput = 8 * 1024 * 1024 } = options;
  const { input, uid, gid, signal, clock } = options;
  const argv = [gitProgram(), ...SAFE_CONFIG, ...args];
  const common = { argv, env: gitEnv(env), cwd, timeoutMs, maxOutput };
  return await run({ ...common, input, uid, gid, signal, clock });
}

/** Throws GitError unless git ended with 0. */
export async function git(options: GitOptions): Promise<RunResult> {
  const result = await tryGit(options);
  if (result.code !== 0) throw new GitError(options.args, result);
  return result;
}
