/**
 * One shell command: own session and group, tagged so that what leaves the group is found too, output bounded.
 * Not here: the list of commands (commands.ts) and what the model is told (tools/).
 */
import type { Clock } from "../../../src/lib/clock.ts";
import { findByEnvTag, killTree } from "../../../src/platform/process.ts";
import { type Child, type Env, spawnChild } from "../../../src/platform/spawn.ts";
import type { JournalData } from "../../../src/wire/journal.ts";
import { commandEnv, commandTag } from "./command-env.ts";
import { type Output, type OutputStream, openOutput } from "./output.ts";

export interface CommandOptions {
  readonly id: string;
  readonly command: string;
  /** Absolute path of the shell. */
  readonly shell: string;
  readonly cwd: string;
  readonly env: Env;
  readonly file: string;
  /** Killed after this; undefined: never. */
  readonly timeoutMs: number | undefined;
  readonly toolUseId: string | undefined;
  readonly append: (data: JournalData) => void;
  readonly clock: Clock;
}

export type CommandEnd =
  | { readonly how: "exited"; readonly code: number }
  | { readonly how: "signal"; readonly signal: string }
  | { readonly how: "timeout"; readonly afterMs: number }
  | { readonly how: "killed"; readonly reason: string };

export interface Command {
  readonly id: string;
  readonly command: string;
  readonly file: string;
  readonly startedAt: number;
  /** Undefined while its shell runs. */
  readonly end: CommandEnd | undefined;
  readonly durationMs: number;
  /** Its shell ended, and what it wrote until then was read. Never rejects. */
  readonly done: Promise<CommandEnd>;
  readonly output: Pick<Output, "summary" | "size">;
  /** Processes of it that are alive. */
  alive(): number;
  /** The whole group and everything tagged; resolves when they are gone. */
  kill(reason: string): Promise<void>;
}

/** Between SIGTERM and SIGKILL. */
const GRACE_MS = 1_000;
/** A background child may keep the pipe open for ever; what the shell itself wrote is there by then. */
const PIPE_MS = 300;

export async function startCommand(options: CommandOptions): Promise<Command> {
  const { id, shell, command, cwd, env, file, clock } = options;
  const child = await spawnChild({
    argv: [shell, "-c", command],
    env: commandEnv(env, id),
    cwd,
    detached: true,
    truePipes: true,
  });
  const output = openOutput(options);
  const started = clock.monotonic();
  let ended: number | undefined;
  let end: CommandEnd | undefined;
  let cut: CommandEnd | undefined;

  const kill = async (why: CommandEnd): Promise<void> => {
    if (end === undefined) cut ??= why;
    await killAll(child, id, clock);
  };
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : clock.timer(options.timeoutMs, () => {
          kill({ how: "timeout", afterMs: options.timeoutMs ?? 0 }).catch(() => {});
        });
  const reading = Promise.all([pump(child, "stdout", output), pump(child, "stderr", output)]);
  // Its children may write on after it ended.
  reading.then(output.close, output.close);

  const finish = async (): Promise<CommandEnd> => {
    const exit = await child.exited;
    timer?.cancel();
    await within(clock, PIPE_MS, reading);
    output.flush();
    ended = clock.monotonic();
    end =
      cut ??
      (exit.code === undefined
        ? { how: "signal", signal: exit.signal ?? "?" }
        : { how: "exited", code: exit.code });
    return end;
  };
  return {
    id,
    command,
    file,
    startedAt: clock.now(),
    get end() {
      return end;
    },
    get durationMs() {
      return (ended ?? clock.monotonic()) - started;
    },
    done: finish(),
    output,
    alive: () => findByEnvTag(commandTag(id)).length,
    kill: async (reason) => {
      await kill({ how: "killed", reason });
      await within(clock, PIPE_MS, reading);
      child.releaseOutput();
    },
  };
}

/** By tag first (it finds what left the group), then the group (it finds what cleared its environment). */
async function killAll(child: Child, id: string, clock: Clock): Promise<void> {
  child.killGroup("SIGTERM");
  await killTree(commandTag(id), { graceMs: GRACE_MS, clock });
  child.killGroup("SIGKILL");
}

async function pump(child: Child, stream: OutputStream, output: Output): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of child[stream]) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== "") output.write(stream, text);
  }
  const rest = decoder.decode();
  if (rest !== "") output.write(stream, rest);
}

async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = clock.timer(ms, late.resolve);
  await Promise.race([work, late.promise]).catch(() => {});
  timer.cancel();
}
