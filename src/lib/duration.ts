/** Durations as people type and read them. Milliseconds inside; the wire has seconds. */

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
type Unit = keyof typeof UNIT_MS;

const WORDS: Readonly<Record<string, Unit>> = {
  ms: "ms",
  s: "s",
  sec: "s",
  secs: "s",
  second: "s",
  seconds: "s",
  m: "m",
  min: "m",
  mins: "m",
  minute: "m",
  minutes: "m",
  h: "h",
  hour: "h",
  hours: "h",
  d: "d",
  day: "d",
  days: "d",
  w: "w",
  week: "w",
  weeks: "w",
};

/** A century: beyond it a sum of dates leaves what Date can hold. */
const LONGEST_MS = 100 * 366 * UNIT_MS.d;

/**
 * "90s", "5m", "2h", "1d", "1h30m", "5 minutes", each also after "in ". Milliseconds, or undefined when it is
 * not a duration (a bare number is not: its unit would be a guess).
 */
export function parseDuration(text: string): number | undefined {
  const body = text
    .trim()
    .toLowerCase()
    .replace(/^in\s+/, "");
  if (body === "") return undefined;
  let total = 0;
  let at = 0;
  const part = /\s*(\d{1,15}(?:\.\d{1,3})?)\s*([a-z]+)/y;
  while (at < body.length) {
    part.lastIndex = at;
    const match = part.exec(body);
    const unit = WORDS[match?.[2] ?? ""];
    if (match === null || unit === undefined) return undefined;
    total += Number(match[1]) * UNIT_MS[unit];
    at = part.lastIndex;
  }
  const rounded = Math.round(total);
  return rounded <= LONGEST_MS ? rounded : undefined;
}

/** At most two units: "350ms", "12s", "2m5s", "3h", "1d4h". A negative duration reads as 0. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < UNIT_MS.s) return whole === 0 ? "0s" : `${whole}ms`;
  const units: readonly (readonly [Unit, Unit | undefined])[] = [
    ["d", "h"],
    ["h", "m"],
    ["m", "s"],
    ["s", undefined],
  ];
  for (const [big, small] of units) {
    if (whole < UNIT_MS[big]) continue;
    const count = Math.floor(whole / UNIT_MS[big]);
    const rest = small === undefined ? 0 : Math.floor((whole % UNIT_MS[big]) / UNIT_MS[small]);
    return rest === 0 ? `${count}${big}` : `${count}${big}${rest}${small}`;
  }
  return "0s";
}

/** How long ago, in one unit: "just now", "12s ago", "5m ago", "3d ago"; a time to come reads "in 5m". */
export function formatAge(then: number, now: number): string {
  const ms = now - then;
  const distance = Math.abs(ms);
  if (distance < UNIT_MS.s) return "just now";
  const unit = (["d", "h", "m", "s"] as const).find((name) => distance >= UNIT_MS[name]) ?? "s";
  const text = `${Math.floor(distance / UNIT_MS[unit])}${unit}`;
  return ms < 0 ? `in ${text}` : `${text} ago`;
}
