/**
 * One running claude: lines in, decoded lines out. What a turn is, and that there is only one, is told elsewhere
 * (turn/run.ts, claude/keeper.ts).
 */
import type { Clock } from "../../../src/lib/clock.ts";
import { readLines } from "../../../src/platform/json-lines.ts";
import type { Logger } from "../../../src/platform/log.ts";
import { type Child, type Env, type Exit, spawnChild } from "../../../src/platform/spawn.ts";
import { picturesIn } from "../attachments.ts";
import { decodeLine } from "./decode.ts";
import { type ControlRequest, controlLine, userLine } from "./encode.ts";
import type { Decoded } from "./signals.ts";

/** A tool result with pictures is one line. */
const MAX_LINE = 256 * 1024 * 1024;
const KEPT_STDERR = 8 * 1024;

export interface ClaudeExit extends Exit {
  /** The end of what it wrote to stderr. */
  readonly stderr: string;
}

export interface ClaudeProcess {
  readonly pid: number;
  readonly alive: boolean;
  /** False when it no longer reads. */
  send(text: string, uuid: string): boolean;
  control(request: ControlRequest, requestId: string): void;
  /** Who hears the lines from now on; the one before hears no more. */
  listen(listener: (decoded: Decoded) => void): void;
  /** No more input: it finishes the turn and exits. */
  end(): void;
  kill(signal: NodeJS.Signals): void;
  /** After its last line was heard. Never rejects. */
  readonly exited: Promise<ClaudeExit>;
}

export interface StartClaudeOptions {
  readonly argv: readonly string[];
  readonly env: Env;
  /** The agent's state directory. */
  readonly cwd: string;
  readonly log: Logger;
  readonly clock: Clock;
}

/** For what claude itself wrote to arrive; a grandchild may hold the pipes open much longer. */
const OUTPUT_GRACE_MS = 500;

async function tail(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of bytes)
    text = (text + decoder.decode(chunk, { stream: true })).slice(-KEPT_STDERR);
  return text;
}

/** Throws HiveError when it cannot be started. */
export async function startClaude(options: StartClaudeOptions): Promise<ClaudeProcess> {
  const { argv, env, cwd, log, clock } = options;
  const child = await spawnChild({ argv, env, cwd, stdin: "pipe", detached: true, pdeathsig: true });
  let listener: (decoded: Decoded) => void = () => {};
  const stderr = tail(child.stderr).catch(() => "");
  const read = readAll(child, (decoded) => listener(decoded), log);
  let alive = true;
  const exited = (async (): Promise<ClaudeExit> => {
    const exit = await child.exited;
    alive = false;
    const late = clock.sleep(OUTPUT_GRACE_MS).then(() => "");
    const said = await Promise.race([read.then(() => stderr), late]);
    child.releaseOutput();
    log.debug({ pid: child.pid, ...exit, stderr: said }, "claude ended");
    return { ...exit, stderr: said.trim() };
  })();
  return {
    pid: child.pid,
    get alive() {
      return alive;
    },
    send: (text, uuid) => {
      child.stdin.write(userLine(text, uuid, picturesIn(text, cwd)));
      return child.stdin.open;
    },
    control: (request, requestId) => void child.stdin.write(controlLine(request, requestId)),
    listen: (next) => {
      listener = next;
    },
    end: () => child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    exited,
  };
}

async function readAll(child: Child, hear: (decoded: Decoded) => void, log: Logger): Promise<void> {
  try {
    for await (const line of readLines(child.stdout, { maxBytes: MAX_LINE })) hear(decodeLine(line));
  } catch (error) {
    // A line that was cut off by its death; the exit tells the story. Otherwise nobody reads on: it must end.
    log.debug({ error, pid: child.pid }, "claude's output ended within a line");
    child.kill("SIGKILL");
  }
}
