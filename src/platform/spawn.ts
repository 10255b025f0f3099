/**
 * Child processes: an explicit environment, bounded buffers, no error that ends the parent.
 * Finding and killing what a child left behind is process.ts; waiting for a short program is run.ts.
 *
 * On node:child_process, not Bun.spawn: the latter reads an unread stdout into memory without limit.
 */
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { accessSync, closeSync, constants } from "node:fs";
import process from "node:process";
import { HiveError } from "../wire/errors.ts";
import { type ChildOutput, type ChildStdin, childOutput, childStdin } from "./child-streams.ts";
import { errnoOf, messageOf } from "./errno.ts";

export type { ChildStdin } from "./child-streams.ts";
export type OutputMode = "pipe" | "null" | "inherit" | { readonly fd: number };
export type Env = Readonly<Record<string, string | undefined>>;

export interface SpawnOptions {
  /** Program and arguments; never a shell line. */
  readonly argv: readonly string[];
  /** All of it: nothing is inherited. The program is looked up in this PATH. */
  readonly env: Env;
  readonly cwd: string;
  /** "null" when absent. */
  readonly stdin?: "pipe" | "null";
  /** "pipe" when absent. A pipe that nobody reads makes the child wait, it fills no memory. */
  readonly stdout?: OutputMode;
  readonly stderr?: OutputMode;
  /** Own session and process group, so that killGroup() reaches its children. */
  readonly detached?: boolean;
  /** The kernel kills it (not its children) when we die. Ignored where setpriv(1) is missing. */
  readonly pdeathsig?: boolean;
  readonly uid?: number;
  readonly gid?: number;
  /**
   * True pipes for stdout and stderr, so that `echo > /dev/stderr` works in the child (the usual ones are sockets).
   * Read them or call `releaseOutput()`. Ignored under Deno.
   */
  readonly truePipes?: boolean;
  readonly onExit?: (exit: Exit) => void;
}

export interface Exit {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

export interface Child {
  readonly pid: number;
  /** Closed from the start unless stdin is "pipe". */
  readonly stdin: ChildStdin;
  /** Empty unless the mode is "pipe". One reader only. */
  readonly stdout: AsyncIterable<Uint8Array>;
  readonly stderr: AsyncIterable<Uint8Array>;
  /** The process itself ended; what it wrote may still be unread, and its children may live. Never rejects. */
  readonly exited: Promise<Exit>;
  /** False when it is gone already. */
  kill(signal?: NodeJS.Signals): boolean;
  /** The whole process group; only with `detached`. */
  killGroup(signal?: NodeJS.Signals): boolean;
  /** Ends reading, however many processes still hold the other end. */
  releaseOutput(): void;
}

const truePipe = "Bun" in globalThis ? await import("./bun/pipe.ts") : undefined;

const SETPRIV_PLACES = ["/run/current-system/sw/bin/setpriv", "/usr/bin/setpriv", "/bin/setpriv"];

function setpriv(): string | undefined {
  return SETPRIV_PLACES.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function withDeathSignal(argv: readonly string[]): readonly string[] {
  const tool = setpriv();
  return tool === undefined ? argv : [tool, "--pdeathsig", "KILL", "--", ...argv];
}

/** What is handed to the child as an output, and how to read it. */
interface Channel {
  readonly stdio: "pipe" | "ignore" | "inherit" | number;
  /** A true pipe: both ends are ours until the child has its own. */
  readonly pipe?: ChildOutput & { readonly writeEnd: number };
}

function channel(mode: OutputMode = "pipe", truePipes = false): Channel {
  if (typeof mode === "object") return { stdio: mode.fd };
  if (mode === "null") return { stdio: "ignore" };
  const pipe = mode === "pipe" && truePipes ? truePipe?.openPipe() : undefined;
  return pipe === undefined ? { stdio: mode } : { stdio: pipe.writeEnd, pipe };
}

function closeWriteEnds(channels: readonly Channel[]): void {
  for (const { pipe } of channels) if (pipe !== undefined) closeSync(pipe.writeEnd);
}

function spawnError(argv: readonly string[], cwd: string, cause: unknown): HiveError {
  const program = argv[0] ?? "";
  const errno = errnoOf(cause);
  if (errno === "ENOENT")
    return new HiveError("not_found", `program "${program}" or directory "${cwd}" not found`, { cause });
  if (errno === "EACCES") return new HiveError("forbidden", `program "${program}" may not be run`, { cause });
  return new HiveError("unavailable", `"${program}" could not be started: ${messageOf(cause)}`, { cause });
}

function launch(options: SpawnOptions, outputs: readonly [Channel, Channel]): ChildProcess {
  const { argv, env, cwd, detached = false, uid, gid } = options;
  const [program, ...args] = options.pdeathsig === true ? withDeathSignal(argv) : argv;
  if (program === undefined) throw new TypeError("argv is empty");
  const stdio: StdioOptions = [
    options.stdin === "pipe" ? "pipe" : "ignore",
    outputs[0].stdio,
    outputs[1].stdio,
  ];
  const identity = { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };
  try {
    return spawn(program, args, { env: { ...env }, cwd, detached, stdio, ...identity });
  } catch (error) {
    throw spawnError(argv, cwd, error);
  } finally {
    closeWriteEnds(outputs);
  }
}

/** Throws HiveError when the program cannot be started. */
export async function spawnChild(options: SpawnOptions): Promise<Child> {
  const { truePipes } = options;
  const outputs = [channel(options.stdout, truePipes), channel(options.stderr, truePipes)] as const;
  try {
    const child = launch(options, outputs);
    const exited = exitOf(child);
    await started(child, options);
    if (options.onExit !== undefined) exited.then(options.onExit).catch(() => {});
    return face(child, exited, { options, outputs });
  } catch (error) {
    for (const { pipe } of outputs) pipe?.release();
    throw error;
  }
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
  });
}

function started(child: ChildProcess, { argv, cwd }: SpawnOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    // Stays attached: a later error (a failed kill) must not end the parent.
    child.on("error", (error) => reject(spawnError(argv, cwd, error)));
  });
}

interface FaceOptions {
  readonly options: SpawnOptions;
  readonly outputs: readonly [Channel, Channel];
}

/** False when there is no such process any more. */
function send(target: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(target, signal);
  } catch (error) {
    if (errnoOf(error) === "ESRCH") return false;
    throw error;
  }
}

function face(child: ChildProcess, exited: Promise<Exit>, { options, outputs }: FaceOptions): Child {
  const { pid } = child;
  if (pid === undefined) throw new HiveError("unavailable", "the child has no process id");
  const stdout = outputs[0].pipe ?? childOutput(child.stdout);
  const stderr = outputs[1].pipe ?? childOutput(child.stderr);
  return {
    pid,
    stdin: childStdin(child.stdin),
    stdout: stdout.bytes,
    stderr: stderr.bytes,
    exited,
    // After it was waited for, its number may be another's.
    kill: (signal = "SIGTERM") => child.exitCode === null && child.signalCode === null && send(pid, signal),
    killGroup: (signal = "SIGTERM") => {
      if (options.detached !== true)
        throw new TypeError("killGroup needs a detached child: it would hit ourselves");
      return send(-pid, signal);
    },
    releaseOutput: () => {
      stdout.release();
      stderr.release();
    },
  };
}
