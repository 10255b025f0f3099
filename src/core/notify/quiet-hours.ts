/** Quiet hours: times of day in a zone, over midnight or not, right across changes of summer time. Pure. */

export interface QuietHours {
  /** `22:00`. */
  readonly from: string;
  readonly to: string;
  readonly time_zone: string;
}

const MINUTE_MS = 60_000;

/** When the quiet hours that hold now end; undefined outside of them. */
export function quietUntil(quiet: QuietHours | undefined, now: number): number | undefined {
  if (quiet === undefined || !isQuiet(quiet, now)) return undefined;
  const minuteOf = timeIn(quiet.time_zone);
  const to = minutes(quiet.to);
  const start = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  // Where summer time changes, the distance by the wall is not the distance in time: near the guess is looked.
  const guess = start + ((to - minuteOf(start) + DAY) % DAY) * MINUTE_MS;
  const steps = [0, -60, 60, -30, 30];
  const exact = steps.map((step) => guess + step * MINUTE_MS).find((at) => at > now && minuteOf(at) === to);
  return exact ?? Math.max(guess, start + MINUTE_MS);
}

const DAY = 24 * 60;

function isQuiet({ from, to, time_zone }: QuietHours, now: number): boolean {
  const at = timeIn(time_zone)(now);
  const [begin, end] = [minutes(from), minutes(to)];
  if (begin === end) return false;
  return begin < end ? at >= begin && at < end : at >= begin || at < end;
}

function minutes(time: string): number {
  const [hour = "0", minute = "0"] = time.split(":");
  return Number(hour) * 60 + Number(minute);
}

/** Minutes since midnight on the wall there. */
function timeIn(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return (at) => minutes(format.format(at));
}
