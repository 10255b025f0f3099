/** The nix program: its environment is explicit, every line it says is passed on, and what it says last is kept. */
import { dirname } from "node:path";
import type { Clock } from "../../lib/clock.ts";
import { type Child, spawnChild } from "../../platform/spawn.ts";
import { HiveError } from "../../wire/errors.ts";
import { findProgram } from "../lifecycle/find-program.ts";
import { nixError } from "./nix-error.ts";
import { visibleText } from "./visible-text.ts";

export interface NixOptions {
  readonly nix: string;
  /** Where nix finds git and ssh; with the directory of `git` before it. */
  readonly path: string;
  /** Of who runs nix: settings of nix, git and ssh. */
  readonly home: string;
  /** Ours alone, so that what a killed nix left in it is nobody's. */
  readonly cache: string;
  readonly git?: string | undefined;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

export interface NixHow {
  /** Each line nix says, as it comes. */
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface NixCall extends NixHow {
  readonly args: readonly string[];
  /** Begins the sentence when it fails. */
  readonly doing: string;
}

const FEATURES = ["--extra-experimental-features", "nix-command flakes"];
const LINE_MAX = 4_000;
/** A trace with its excerpts, or the end of a builder's log. */
const TAIL_LINES = 200;
/** nix ends its builders, and git removes its lock files, when they are asked to end. */
const GRACE_MS = 5_000;

/** The lines of its stdout. */
export async function runNix(options: NixOptions, call: NixCall): Promise<readonly string[]> {
  const { nix, clock, timeoutMs } = options;
  const { args, report, signal, doing } = call;
  // Of the daemon's PATH: the directory of git may have another nix.
  const argv = [findProgram(nix, options.path) ?? nix, ...args, ...FEATURES];
  const child = await spawnChild({ argv, env: nixEnv(options), cwd: "/", detached: true });
  const ending = newEnding(child, clock);
  let late = false;
  const timer = clock.timer(timeoutMs, () => {
    late = true;
    ending.begin();
  });
  signal?.addEventListener("abort", ending.begin, { once: true });
  if (signal?.aborted === true) ending.begin();
  const said: string[] = [];
  const out: string[] = [];
  try {
    const lines = eachLine(child.stderr, (text) => {
      const line = visibleText(text);
      report(line);
      said.push(line);
      if (said.length > TAIL_LINES) said.shift();
    });
    await Promise.all([lines, eachLine(child.stdout, (line) => void out.push(line))]);
    const { code } = await child.exited;
    signal?.throwIfAborted();
    if (code === 0) return out;
  } finally {
    timer.cancel();
    ending.done();
    signal?.removeEventListener("abort", ending.begin);
  }
  if (late) throw new HiveError("timeout", `${doing}: it took too long and was ended`);
  throw nixError(doing, said);
}

function newEnding(child: Child, clock: Clock): { begin(): void; done(): void } {
  let timer: ReturnType<Clock["timer"]> | undefined;
  return {
    begin: () => {
      child.killGroup("SIGTERM");
      timer ??= clock.timer(GRACE_MS, () => void child.killGroup("SIGKILL"));
    },
    done: () => timer?.cancel(),
  };
}

function nixEnv({ path, home, cache, git }: NixOptions): Readonly<Record<string, string>> {
  const found = git?.startsWith("/") ? `${dirname(git)}:${path}` : path;
  return {
    PATH: found,
    HOME: home,
    XDG_CACHE_HOME: cache,
    LC_ALL: "C.UTF-8",
    GIT_TERMINAL_PROMPT: "0",
    NO_COLOR: "1",
  };
}

async function eachLine(bytes: AsyncIterable<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = (lines.pop() ?? "").slice(0, LINE_MAX);
    for (const line of lines) onLine(line.slice(0, LINE_MAX));
  }
  if (rest !== "") onLine(rest);
}
