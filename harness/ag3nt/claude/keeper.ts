/**
 * Exactly one claude for the agent's conversation, ever: the CLI has no lock, and two of them garble it. This keeps
 * the one process, warm between turns, restarts it when it must be started differently, and before the first start
 * ends whatever an earlier harness left behind. Not here: what is said to it (turn/run.ts).
 */
import type { Clock, Timer } from "../../../src/lib/clock.ts";
import type { Logger } from "../../../src/platform/log.ts";
import { killTree } from "../../../src/platform/process.ts";
import type { Env } from "../../../src/platform/spawn.ts";
import { HiveError } from "../../../src/wire/errors.ts";
import { claudeArgv, type LaunchOptions } from "./args.ts";
import { type ClaudeProcess, startClaude } from "./process.ts";
import { findProgram } from "./program.ts";
import type { Sessions } from "./session.ts";

export interface KeeperOptions {
  readonly sessions: Sessions;
  /** Asked before each turn; a change restarts claude. */
  readonly launch: () => LaunchOptions;
  readonly env: Env;
  readonly cwd: string;
  /** `NAME=value` in the environment of each claude and of all its children. */
  readonly tag: string;
  readonly warmMs: () => number;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Running {
  readonly process: ClaudeProcess;
  readonly session: "new" | "resumed" | "warm";
  readonly sessionId: string;
  /** Money its results had counted before this turn. */
  spent: number;
}

export interface Keeper {
  /** claude is in memory. */
  readonly warm: boolean;
  /** What `take` would give, without starting anything. */
  plan(): Pick<Running, "session" | "sessionId">;
  /** The one process, for one user at a time; throws `conflict` when somebody has it. */
  take(options?: { readonly slashCommands?: boolean }): Promise<Running>;
  /** Gives it back; it stays warm for a while. */
  release(): void;
  /** Ends it, and everything it started, now. */
  stop(): Promise<void>;
  /** Closes its input and waits a little for it to go. */
  retire(): Promise<void>;
}

const EXIT_GRACE_MS = 3_000;
const KILL_GRACE_MS = 200;

export function createKeeper(options: KeeperOptions): Keeper {
  const { sessions, launch, env, cwd, tag, clock, log } = options;
  let current: { running: Running; key: string } | undefined;
  let taken = false;
  let clean = false;
  let cooling: Timer | undefined;
  let retiring: Promise<void> = Promise.resolve();

  const keyOf = (what: LaunchOptions): string => JSON.stringify([what, sessions.id]);

  const killAll = async (): Promise<void> => {
    const left = await killTree(tag, { graceMs: KILL_GRACE_MS, clock });
    if (left.length > 0)
      log.error({ pids: left.map((each) => each.pid) }, "processes of claude could not be ended");
  };

  const stop = async (): Promise<void> => {
    cooling?.cancel();
    const old = current?.running.process;
    current = undefined;
    old?.kill("SIGKILL");
    await killAll();
    await old?.exited;
  };

  const retire = (): Promise<void> => {
    cooling?.cancel();
    const old = current?.running.process;
    // From here on nobody may write to it; who comes next waits for its end.
    current = undefined;
    if (old !== undefined) retiring = retiring.then(() => endGently(old));
    return retiring;
  };

  const endGently = async (old: ClaudeProcess): Promise<void> => {
    old.end();
    const late = new AbortController();
    const inTime = await Promise.race([
      old.exited.then(() => true),
      clock.sleep(EXIT_GRACE_MS, late.signal).then(
        () => false,
        () => false,
      ),
    ]);
    late.abort();
    if (!inTime) await stopProcess(old);
  };

  const stopProcess = async (old: ClaudeProcess): Promise<void> => {
    old.kill("SIGKILL");
    await killAll();
    await old.exited;
  };

  const start = async (what: LaunchOptions, key: string): Promise<Running> => {
    if (!clean) await killAll();
    clean = true;
    const resume = sessions.exists();
    const sessionId = sessions.id;
    const claude = findProgram(what.claude, env["PATH"]);
    const argv = claudeArgv({ ...what, claude }, { id: sessionId, resume });
    const process = await startClaude({ argv, env, cwd, log, clock });
    const running: Running = { process, session: resume ? "resumed" : "new", sessionId, spent: 0 };
    current = { running, key };
    return running;
  };

  const warm = (): boolean => current?.running.process.alive === true;

  const take: Keeper["take"] = async ({ slashCommands = false } = {}) => {
    if (taken) throw new HiveError("conflict", "claude is already at work");
    taken = true;
    try {
      cooling?.cancel();
      const what: LaunchOptions = { ...launch(), slashCommands };
      const key = keyOf(what);
      if (current !== undefined && warm() && current.key === key) {
        current.running = { ...current.running, session: "warm" };
        return current.running;
      }
      await retire();
      return await start(what, key);
    } catch (error) {
      taken = false;
      throw error;
    }
  };

  return {
    get warm() {
      return warm();
    },
    plan: () => {
      const same = warm() && current?.key === keyOf({ ...launch(), slashCommands: false });
      return { sessionId: sessions.id, session: same ? "warm" : sessions.exists() ? "resumed" : "new" };
    },
    take,
    release: () => {
      taken = false;
      if (!warm()) return;
      cooling?.cancel();
      cooling = clock.timer(options.warmMs(), () => {
        if (!taken) retire().catch((error: unknown) => log.error({ error }, "claude could not be ended"));
      });
    },
    stop,
    retire,
  };
}
