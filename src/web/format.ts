/** Numbers and times as the pages print them. Pure. */
import { formatAge, formatDuration } from "../lib/duration.ts";

/** "$0.42"; small sums keep enough digits to be told from nothing. */
export function money(usd: number): string {
  if (usd === 0) return "$0";
  return usd < 0.01 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** "950", "8.4k", "126k", "1.2M". */
export function count(n: number): string {
  if (n < 1000) return String(n);
  const [value, unit] = n < 999_500 ? [n / 1000, "k"] : [n / 1_000_000, "M"];
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, "") : Math.round(value)}${unit}`;
}

/** "12s ago", "in 5m". */
export function age(at: string, now: number): string {
  return formatAge(Date.parse(at), now);
}

/** "12s", "3h": how long something lasts already. */
export function since(at: string, now: number): string {
  return age(at, now).replace(/ ago$/, "").replace("just now", "0s");
}

/** Time left until `at`: "34s"; "now" when it has come. */
export function countdown(at: string, now: number): string {
  const left = Date.parse(at) - now;
  return left <= 0 ? "now" : formatDuration(Math.max(1000, left));
}

const pad = (n: number): string => String(n).padStart(2, "0");

/** Local "14:03:22". */
export function clockTime(at: string): string {
  const date = new Date(at);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** Local "2026-11-23". */
export function day(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** "14:03" today, "11-22 14:03" before or after. */
export function shortTime(at: string, now: number): string {
  const time = clockTime(at).slice(0, 5);
  return day(at) === day(new Date(now).toISOString()) ? time : `${day(at).slice(5)} ${time}`;
}

/** Marks that turn the direction of text around, shown: what the operator decides on reads as it is. */
export function visible(text: string): string {
  return text.replace(/\p{Bidi_Control}/gu, "\ufffd");
}

/** First line, cut to `max` characters with an ellipsis. */
export function oneLine(text: string, max = 120): string {
  const flat = visible(text).replace(/\s+/g, " ").trim();
  return flat.length <= max ? flat : `${flat.slice(0, max - 1).trimEnd()}…`;
}

/** The first words of a text for a list: without the marks of markdown. */
export function snippet(text: string, max: number): string {
  return oneLine(text.replace(/^\s*(?:#+|[-*>]|\d+\.)\s+/gm, "").replace(/\*\*|`+/g, ""), max);
}

export function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** "claude-opus-4-1-20250805" reads "opus-4-1". */
export function modelName(model: string): string {
  return model.replace(/^claude-/, "").replace(/-\d{8}$/, "");
}
