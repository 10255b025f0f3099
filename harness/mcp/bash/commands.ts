/** The agent's running and recent commands, and the folder with their full output. */
import { accessSync, constants, readdirSync, rmSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import type { Clock } from "../../../src/lib/clock.ts";
import { ulid } from "../../../src/lib/ids.ts";
import { ensureDir } from "../../../src/platform/atomic-file.ts";
import { messageOf } from "../../../src/platform/errno.ts";
import type { Logger } from "../../../src/platform/log.ts";
import type { Env } from "../../../src/platform/spawn.ts";
import { HiveError } from "../../../src/wire/errors.ts";
import type { JournalData } from "../../../src/wire/journal.ts";
import { type Command, startCommand } from "./command.ts";

export interface CommandsOptions {
  /** Where commands start; their output is kept in `bash/` below it. */
  readonly stateDir: string;
  readonly env: Env;
  readonly journal: { append(data: JournalData): unknown };
  readonly clock: Clock;
  readonly log: Logger;
}

export interface StartOptions {
  readonly command: string;
  /** Relative to the state directory; that itself when absent. */
  readonly cwd?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly toolUseId?: string | undefined;
}

export interface Commands {
  start(options: StartOptions): Promise<Command>;
  /** Throws HiveError `not_found`. */
  get(id: string): Command;
  /** Ends every command and what it left behind. */
  killAll(reason: string): Promise<void>;
}

/** Commands that ended and can still be asked about, and files kept below `bash/`. */
const KEPT = 50;
const KEPT_BYTES = 256 * 1024 * 1024;

export function createCommands(options: CommandsOptions): Commands {
  const { stateDir, clock, log } = options;
  const dir = join(stateDir, "bash");
  const newId = ulid(clock);
  const commands = new Map<string, Command>();
  let shell: string | undefined;

  const append = (data: JournalData): void => {
    try {
      options.journal.append(data);
    } catch (error) {
      // The command goes on; its output is in the file and in the answer.
      log.error({ error }, "output of a command could not be journaled");
    }
  };

  const forget = (): void => {
    for (const [id, { end }] of commands) {
      if (commands.size <= KEPT) return;
      if (end !== undefined) commands.delete(id);
    }
  };

  return {
    start: async ({ command, cwd, timeoutMs, toolUseId }) => {
      ensureDir(dir, 0o700);
      pruneFiles(
        dir,
        new Set([...commands.values()].filter(({ end }) => end === undefined).map(({ id }) => `${id}.log`)),
      );
      shell ??= findShell(options.env);
      const id = newId();
      const started = await startCommand({
        id,
        command,
        shell,
        cwd: directory(stateDir, cwd),
        env: { ...options.env, HYPERHIVE_STATE_DIR: stateDir },
        file: join(dir, `${id}.log`),
        timeoutMs,
        toolUseId,
        append,
        clock,
      });
      commands.set(id, started);
      forget();
      return started;
    },
    get: (id) => {
      const found = commands.get(id);
      if (found === undefined) {
        throw new HiveError("not_found", `there is no command "${id}" since the harness started`, {
          hint: `its output may still be in ${dir}`,
        });
      }
      return found;
    },
    killAll: async (reason) => {
      await Promise.all([...commands.values()].map((command) => end(command, reason)));
    },
  };
}

async function end(command: Command, reason: string): Promise<void> {
  if (command.end === undefined || command.alive() > 0) await command.kill(reason);
}

function directory(stateDir: string, cwd: string | undefined): string {
  if (cwd === undefined) return stateDir;
  const path = isAbsolute(cwd) ? cwd : resolve(stateDir, cwd);
  try {
    if (statSync(path).isDirectory()) return path;
  } catch (error) {
    throw new HiveError("not_found", `directory "${cwd}" cannot be entered: ${messageOf(error)}`);
  }
  throw new HiveError("invalid", `"${cwd}" is not a directory`);
}

/** bash where there is one: models write bash. */
function findShell(env: Env): string {
  const places = [...(env["PATH"] ?? "").split(delimiter), "/run/current-system/sw/bin", "/usr/bin", "/bin"];
  for (const name of ["bash", "sh"]) {
    const found = places
      .filter(isAbsolute)
      .map((place) => join(place, name))
      .find(isExecutable);
    if (found !== undefined) return found;
  }
  throw new HiveError("not_found", 'neither "bash" nor "sh" is on the PATH');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The oldest go first; names are ids and sort by time. */
function pruneFiles(dir: string, running: ReadonlySet<string>): void {
  const names = readdirSync(dir)
    .filter((name) => name.endsWith(".log"))
    .sort()
    .reverse();
  let bytes = 0;
  for (const [index, name] of names.entries()) {
    bytes += statSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0;
    const surplus = index >= KEPT - 1 || bytes > KEPT_BYTES;
    if (surplus && !running.has(name)) rmSync(join(dir, name), { force: true });
  }
}
