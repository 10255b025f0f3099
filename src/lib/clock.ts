/**
 * Time as an argument: everything that reads or waits for time takes a Clock.
 * `manualClock` is the one tests use; it moves only when told to.
 */

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall clock, milliseconds since 1970. It can jump; use it for what is shown or stored. */
  now(): number;
  /** Milliseconds that never go back; use it for durations and deadlines. */
  monotonic(): number;
  /** Rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  timer(ms: number, fn: () => void): Timer;
}

/** setTimeout fires at once above this; a longer wait is made of several. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

function systemTimer(ms: number, fn: () => void): Timer {
  let handle: ReturnType<typeof setTimeout> | undefined;
  const arm = (left: number): void => {
    const step = Math.min(left, LONGEST_TIMEOUT_MS);
    handle = setTimeout(() => (left > step ? arm(left - step) : fn()), step);
  };
  arm(Math.max(0, ms));
  return { cancel: () => clearTimeout(handle) };
}

function sleepOn(timer: Clock["timer"], ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      pending.cancel();
      reject(signal?.reason);
    };
    const pending = timer(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleepOn(systemTimer, ms, signal),
  timer: systemTimer,
};

export interface ManualClock extends Clock {
  /** Moves both clocks; runs what falls due in order, letting promise callbacks run in between. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as an operator or NTP would. */
  jump(ms: number): void;
  /** How many timers and sleeps wait. */
  readonly pending: number;
}

interface Waiting {
  readonly due: number;
  readonly order: number;
  readonly fn: () => void;
}

/** Enough for a chain of awaits between two timers; a macrotask, because promise chains have no end mark. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

export function manualClock(start = 0): ManualClock {
  let elapsed = 0;
  let offset = start;
  let order = 0;
  const waiting = new Set<Waiting>();

  const timer = (ms: number, fn: () => void): Timer => {
    const entry: Waiting = { due: elapsed + Math.max(0, ms), order: order++, fn };
    waiting.add(entry);
    return { cancel: () => waiting.delete(entry) };
  };

  const nextDue = (limit: number): Waiting | undefined => {
    let first: Waiting | undefined;
    for (const entry of waiting) {
      if (entry.due > limit) continue;
      const earlier =
        first === undefined ||
        entry.due < first.due ||
        (entry.due === first.due && entry.order < first.order);
      if (earlier) first = entry;
    }
    return first;
  };

  return {
    now: () => offset + elapsed,
    monotonic: () => elapsed,
    sleep: (ms, signal) => sleepOn(timer, ms, signal),
    timer,
    jump: (ms) => {
      offset += ms;
    },
    get pending() {
      return waiting.size;
    },
    async advance(ms) {
      const target = elapsed + ms;
      await settle();
      for (let entry = nextDue(target); entry !== undefined; entry = nextDue(target)) {
        waiting.delete(entry);
        elapsed = Math.max(elapsed, entry.due);
        entry.fn();
        await settle();
      }
      elapsed = target;
    },
  };
}
