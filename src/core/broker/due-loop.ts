/**
 * Runs something when it is due by the wall clock. Sleeps until then, but never longer than half a minute, so
 * that a clock set forward is noticed; a second at least between two runs that find the same thing due.
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../platform/log.ts";

export interface DueLoopOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** For the log. */
  readonly name: string;
  /** Wall clock of the next thing; undefined: nothing waits. */
  readonly next: () => number | undefined;
  readonly run: (now: number) => Promise<void>;
}

export interface DueLoop {
  start(signal: AbortSignal): void;
  /** Something new may be due earlier. */
  poke(): void;
}

const LONGEST_SLEEP_MS = 30_000;
const SHORTEST_REPEAT_MS = 1_000;
const AFTER_FAILURE_MS = 5_000;

export function createDueLoop({ clock, log, name, next, run }: DueLoopOptions): DueLoop {
  let signal: AbortSignal | undefined;
  let timer: Timer | undefined;
  let running = false;
  let notBefore = 0;

  const arm = (): void => {
    timer?.cancel();
    timer = undefined;
    if (signal === undefined || signal.aborted || running) return;
    const due = next();
    const wait = due === undefined ? LONGEST_SLEEP_MS : Math.min(LONGEST_SLEEP_MS, due - clock.now());
    timer = clock.timer(Math.max(0, wait, notBefore - clock.monotonic()), () => void turn());
  };

  const turn = async (): Promise<void> => {
    if (running || signal === undefined || signal.aborted) return;
    running = true;
    try {
      await run(clock.now());
      const due = next();
      notBefore = due !== undefined && due <= clock.now() ? clock.monotonic() + SHORTEST_REPEAT_MS : 0;
    } catch (error) {
      notBefore = clock.monotonic() + AFTER_FAILURE_MS;
      log.warn({ error, loop: name }, "what was due could not be done; it is tried again");
    } finally {
      running = false;
      arm();
    }
  };

  return {
    start: (given) => {
      signal = given;
      given.addEventListener("abort", () => timer?.cancel(), { once: true });
      arm();
    },
    poke: arm,
  };
}
