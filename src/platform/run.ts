/** Runs a short program to its end: bounded in time and in output, its whole process group ended with it. */
import { type Clock, systemClock } from "../lib/clock.ts";
import { type Child, type Env, type Exit, spawnChild } from "./spawn.ts";

export interface RunOptions {
  readonly argv: readonly string[];
  /** All of it: nothing is inherited. */
  readonly env: Env;
  readonly cwd?: string;
  readonly timeoutMs: number;
  readonly input?: string | Uint8Array;
  /** Bytes kept of stdout and of stderr, each; 1 MiB when absent. The rest is read and dropped. */
  readonly maxOutput?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

export interface RunResult extends Exit {
  readonly stdout: string;
  /** The same before it was decoded, for what is not text. */
  readonly stdoutBytes: Uint8Array;
  readonly stderr: string;
  /** Something was dropped because of `maxOutput`. */
  readonly truncated: boolean;
  /** It was killed because of `timeoutMs`. */
  readonly timedOut: boolean;
}

/** A background process that kept the pipe is not worth more waiting. */
const OUTPUT_GRACE_MS = 1_000;

interface Collected {
  bytes(): Uint8Array;
  text(): string;
  truncated(): boolean;
  readonly done: Promise<void>;
}

function collect(bytes: AsyncIterable<Uint8Array>, limit: number): Collected {
  const parts: Uint8Array[] = [];
  let held = 0;
  let cut = false;
  const read = async (): Promise<void> => {
    for await (const chunk of bytes) {
      const part = chunk.subarray(0, limit - held);
      if (part.length < chunk.length) cut = true;
      if (part.length === 0) continue;
      parts.push(part);
      held += part.length;
    }
  };
  // A pipe that breaks has said what it had to say.
  return {
    bytes: () => Buffer.concat(parts),
    text: () => Buffer.concat(parts).toString("utf8"),
    truncated: () => cut,
    done: read().catch(() => {}),
  };
}

async function feed(child: Child, input: string | Uint8Array): Promise<void> {
  child.stdin.write(input);
  await child.stdin.drain();
  child.stdin.end();
}

/** Throws HiveError when the program cannot be started; how it ended is in the result. */
export async function run(options: RunOptions): Promise<RunResult> {
  const {
    argv,
    env,
    cwd = "/",
    timeoutMs,
    input,
    maxOutput = 1024 * 1024,
    clock = systemClock,
    signal,
  } = options;
  signal?.throwIfAborted();
  const { uid, gid } = options;
  const stdin = input === undefined ? "null" : "pipe";
  const child = await spawnChild({ argv, env, cwd, stdin, detached: true, uid, gid });
  let timedOut = false;
  const timer = clock.timer(timeoutMs, () => {
    timedOut = true;
    child.killGroup("SIGKILL");
  });
  const onAbort = (): void => void child.killGroup("SIGKILL");
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const stdout = collect(child.stdout, maxOutput);
    const stderr = collect(child.stderr, maxOutput);
    const fed = input === undefined ? Promise.resolve() : feed(child, input);
    const exit = await child.exited;
    await outputEnds(Promise.all([stdout.done, stderr.done, fed]), child, clock);
    signal?.throwIfAborted();
    const truncated = stdout.truncated() || stderr.truncated();
    return {
      ...exit,
      stdout: stdout.text(),
      stdoutBytes: stdout.bytes(),
      stderr: stderr.text(),
      truncated,
      timedOut,
    };
  } finally {
    timer.cancel();
    signal?.removeEventListener("abort", onAbort);
  }
}

async function outputEnds(done: Promise<unknown>, child: Child, clock: Clock): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = clock.timer(OUTPUT_GRACE_MS, () => {
    child.killGroup("SIGKILL");
    child.releaseOutput();
    late.resolve();
  });
  await Promise.race([done, late.promise]);
  timer.cancel();
}
