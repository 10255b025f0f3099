/** What every print function is given besides the data: it decides nothing else by itself. */
import { formatAge } from "../../lib/duration.ts";
import type { Paint } from "./paint.ts";

export interface View {
  /** Milliseconds since 1970; ages are relative to it. */
  readonly now: number;
  /** Columns of the terminal. */
  readonly width: number;
  readonly paint: Paint;
}

/** "5m ago", "in 2h"; empty for an absent time. */
export function age(at: string | undefined, { now }: Pick<View, "now">): string {
  return at === undefined ? "" : formatAge(Date.parse(at), now);
}

/** "5m" without "ago", for a column whose head says so. */
export function shortAge(at: string | undefined, view: Pick<View, "now">): string {
  return age(at, view).replace(/ ago$/, "").replace("just now", "now");
}

/** Local time to the second, for lines that people compare with their clock. */
export function clockTime(at: string): string {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function dateTime(at: string): string {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockTime(at)}`;
}

export function money(usd: number): string {
  if (usd === 0) return "$0";
  return usd < 0.01 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** 950, 12k, 1.2M. */
export function count(n: number): string {
  if (n < 1000) return String(n);
  if (n < 10_000) return `${(n / 1000).toFixed(1)}k`;
  return n < 1_000_000 ? `${Math.round(n / 1000)}k` : `${(n / 1_000_000).toFixed(1)}M`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
