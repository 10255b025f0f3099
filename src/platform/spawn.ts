/**
 * Child processes: an explicit environment, bounded buffers, no error that ends the parent.
 * Finding and killing what a child left behind is process.ts; waiting for a short program is run.ts.
 *
 * On node:child_process, not Bun.spawn: the latter reads an unread stdout into memory without limit.
 */
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import { HiveError } from "../wire/errors.ts";
import { errnoOf, messageOf } from "./errno.ts";

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
  readonly onExit?: (exit: Exit) => void;
}

export interface Exit {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

export interface ChildStdin {
  /** False: hold back until `drain()`, or the child no longer reads (see `open`). */
  write(data: string | Uint8Array): boolean;
  /** Resolves when everything written was taken, or the child closed its end. */
  drain(): Promise<void>;
  end(): void;
  readonly open: boolean;
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
}

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

function stdio(mode: OutputMode = "pipe"): "pipe" | "ignore" | "inherit" | number {
  if (typeof mode === "object") return mode.fd;
  return mode === "null" ? "ignore" : mode;
}

function spawnError(argv: readonly string[], cwd: string, cause: unknown): HiveError {
  const program = argv[0] ?? "";
  const errno = errnoOf(cause);
  if (errno === "ENOENT")
    return new HiveError("not_found", `program "${program}" or directory "${cwd}" not found`, { cause });
  if (errno === "EACCES") return new HiveError("forbidden", `program "${program}" may not be run`, { cause });
  return new HiveError("unavailable", `"${program}" could not be started: ${messageOf(cause)}`, { cause });
}

/** Throws HiveError when the program cannot be started. */
export async function spawnChild(options: SpawnOptions): Promise<Child> {
  const { argv, env, cwd, detached = false, uid, gid } = options;
  const [program, ...args] = options.pdeathsig === true ? withDeathSignal(argv) : argv;
  if (program === undefined) throw new TypeError("argv is empty");
  const channels: StdioOptions = [
    options.stdin === "pipe" ? "pipe" : "ignore",
    stdio(options.stdout),
    stdio(options.stderr),
  ];
  const identity = { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };
  let child: ChildProcess;
  try {
    child = spawn(program, args, { env: { ...env }, cwd, detached, stdio: channels, ...identity });
  } catch (error) {
    throw spawnError(argv, cwd, error);
  }
  const exited = exitOf(child);
  await started(child, argv, cwd);
  if (options.onExit !== undefined) exited.then(options.onExit).catch(() => {});
  return face(child, exited, detached);
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
  });
}

function started(child: ChildProcess, argv: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    // Stays attached: a later error (a failed kill) must not end the parent.
    child.on("error", (error) => reject(spawnError(argv, cwd, error)));
  });
}

function face(child: ChildProcess, exited: Promise<Exit>, detached: boolean): Child {
  const pid = child.pid;
  if (pid === undefined) throw new HiveError("unavailable", "the child has no process id");
  let alive = true;
  exited
    .then(() => {
      alive = false;
    })
    .catch(() => {});
  const send = (target: number, signal: NodeJS.Signals): boolean => {
    try {
      return process.kill(target, signal);
    } catch (error) {
      if (errnoOf(error) === "ESRCH") return false;
      throw error;
    }
  };
  return {
    pid,
    stdin: stdinOf(child.stdin),
    stdout: bytesOf(child.stdout),
    stderr: bytesOf(child.stderr),
    exited,
    kill: (signal = "SIGTERM") => alive && send(pid, signal),
    killGroup: (signal = "SIGTERM") => {
      if (!detached) throw new TypeError("killGroup needs a detached child: it would hit ourselves");
      return send(-pid, signal);
    },
  };
}

function stdinOf(stream: Writable | null): ChildStdin {
  if (stream === null) {
    return { write: () => false, drain: () => Promise.resolve(), end: () => {}, open: false };
  }
  // A child that ends while we write is an ordinary event; `exited` tells the story.
  stream.on("error", () => {});
  const usable = (): boolean => !stream.destroyed && !stream.writableEnded && stream.writable;
  return {
    get open() {
      return usable();
    },
    write: (data) => usable() && stream.write(data),
    end: () => {
      if (usable()) stream.end();
    },
    drain: () =>
      new Promise((resolve) => {
        if (stream.destroyed || stream.writableLength === 0) {
          resolve();
          return;
        }
        const done = (): void => {
          stream.off("drain", done);
          stream.off("close", done);
          resolve();
        };
        stream.on("drain", done);
        stream.on("close", done);
      }),
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Leaving the loop closes our end, so that a child which writes on gets EPIPE instead of waiting for ever. */
function bytesOf(stream: Readable | null): AsyncIterable<Uint8Array> {
  if (stream === null) return nothing();
  stream.on("error", () => {});
  return stream;
}
