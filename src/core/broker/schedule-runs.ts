/** Which of the due times of a schedule become messages. Pure. */
import type { CronTimes } from "./cron.ts";

export type CatchUp = "none" | "once" | "all";

export interface Due {
  /** Times to send for, oldest first. */
  readonly runs: readonly number[];
  /** Due times that are passed over. */
  readonly skipped: number;
  /** The newest due time: from there it goes on. */
  readonly last: number;
  readonly next: number | undefined;
}

/** Due times looked at; of more, the newest are kept. */
export const MOST_RUNS = 100;
/** A time this long ago still counts as now: the daemon was busy or restarting. */
const LATE_MS = 60_000;
/** Steps of the walk: a schedule of each second, down for an hour and more. Beyond it, the walk starts near the end. */
const MOST_STEPS = 5_000;

export interface DueOptions {
  readonly times: CronTimes;
  /** The stored next time, which is not after `now`. */
  readonly from: number;
  readonly now: number;
  readonly catchUp: CatchUp;
}

export function decideRuns({ times, from, now, catchUp }: DueOptions): Due {
  const { due, count } = walk(times, from, now);
  const last = due.at(-1) ?? from;
  const runs = pick(due, last, { now, catchUp });
  return { runs, skipped: count - runs.length, last, next: times.next(now) };
}

function walk(times: CronTimes, from: number, now: number): { due: number[]; count: number } {
  const due = [from];
  let count = 1;
  for (let at = times.next(from); at !== undefined && at <= now; at = times.next(at)) {
    count += 1;
    due.push(at);
    if (due.length > MOST_RUNS) due.shift();
    // Very long away with very short steps: only the newest matter.
    if (count === MOST_STEPS) at = Math.max(at, now - MOST_RUNS * 1_000);
  }
  return { due, count };
}

function pick(
  due: readonly number[],
  last: number,
  { now, catchUp }: Pick<DueOptions, "now" | "catchUp">,
): readonly number[] {
  if (catchUp === "all") return due;
  if (catchUp === "once") return [last];
  return now - last <= LATE_MS ? [last] : [];
}
