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

interface Kept {
  readonly options: KeeperOptions;
  current: { running: Running; readonly key: string } | undefined;
  taken: boolean;
  /** What an earlier harness left behind is gone. */
  clean: boolean;
  cooling: Timer | undefined;
  retiring: Promise<void>;
}

export function createKeeper(options: KeeperOptions): Keeper {
  const kept: Kept = {
    options,
    current: undefined,
    taken: false,
    clean: false,
    cooling: undefined,
    retiring: Promise.resolve(),
  };
  return {
    get warm() {
      return isWarm(kept);
    },
    take: (how) => take(kept, how?.slashCommands ?? false),
    release: () => {
      kept.taken = false;
      if (isWarm(kept)) coolDown(kept);
    },
    stop: () => stop(kept),
    retire: () => retire(kept),
  };
}

function isWarm({ current }: Kept): boolean {
  return current?.running.process.alive === true;
}

async function take(kept: Kept, slashCommands: boolean): Promise<Running> {
  if (kept.taken) throw new HiveError("conflict", "claude is already at work");
  kept.taken = true;
  kept.cooling?.cancel();
  try {
    const { launch, sessions } = kept.options;
    const what: LaunchOptions = { ...launch(), slashCommands };
    const key = JSON.stringify([what, sessions.id]);
    if (kept.current !== undefined && isWarm(kept) && kept.current.key === key) {
      kept.current.running = { ...kept.current.running, session: "warm" };
      return kept.current.running;
    }
    await retire(kept);
    return await start(kept, what, key);
  } catch (error) {
    kept.taken = false;
    throw error;
  }
}

async function start(kept: Kept, what: LaunchOptions, key: string): Promise<Running> {
  const { sessions, env, cwd, clock, log } = kept.options;
  const claude = findProgram(what.claude, env["PATH"]);
  if (!kept.clean) await killAll(kept);
  kept.clean = true;
  const resume = sessions.exists();
  const sessionId = sessions.id;
  const argv = claudeArgv({ ...what, claude }, { id: sessionId, resume });
  const process = await startClaude({ argv, env, cwd, log, clock });
  const running: Running = { process, session: resume ? "resumed" : "new", sessionId, spent: 0 };
  kept.current = { running, key };
  return running;
}

function coolDown(kept: Kept): void {
  const { clock, warmMs, log } = kept.options;
  kept.cooling?.cancel();
  kept.cooling = clock.timer(warmMs(), () => {
    if (!kept.taken)
      retire(kept).catch((error: unknown) => log.error({ error }, "claude could not be ended"));
  });
}

async function killAll({ options }: Kept): Promise<void> {
  const { tag, clock, log } = options;
  const left = await killTree(tag, { graceMs: KILL_GRACE_MS, clock });
  if (left.length > 0)
    log.error({ pids: left.map((each) => each.pid) }, "processes of claude could not be ended");
}

async function stop(kept: Kept): Promise<void> {
  kept.cooling?.cancel();
  const old = kept.current?.running.process;
  kept.current = undefined;
  await kill(kept, old);
}

async function kill(kept: Kept, old: ClaudeProcess | undefined): Promise<void> {
  old?.kill("SIGKILL");
  await killAll(kept);
  await old?.exited;
}

function retire(kept: Kept): Promise<void> {
  kept.cooling?.cancel();
  const old = kept.current?.running.process;
  // From here on nobody may write to it; who comes next waits for its end.
  kept.current = undefined;
  if (old !== undefined) kept.retiring = kept.retiring.then(() => endGently(kept, old));
  return kept.retiring;
}

async function endGently(kept: Kept, old: ClaudeProcess): Promise<void> {
  old.end();
  const early = new AbortController();
  const late = kept.options.clock.sleep(EXIT_GRACE_MS, early.signal).then(
    () => false,
    () => false,
  );
  const inTime = await Promise.race([old.exited.then(() => true), late]);
  early.abort();
  if (!inTime) await kill(kept, old);
}
