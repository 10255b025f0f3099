/**
 * Keeps one event below what every reader takes (a frame of the stream is at most 1 MiB at hive-c0re): long strings
 * inside are cut and say so. Pure.
 */
import type { JournalData } from "../../../src/wire/journal.ts";

const encoder = new TextEncoder();

/** Bytes of one event's JSON. */
export const EVENT_MAX_BYTES = 512 * 1024;

export interface FittedEvent {
  readonly data: JournalData;
  readonly json: string;
}

export function fitEvent(data: JournalData): FittedEvent {
  for (let longest = Number.POSITIVE_INFINITY; ; longest = Math.min(longest / 4, 64 * 1024)) {
    const fitted = longest === Number.POSITIVE_INFINITY ? data : (cutStrings(data, longest) as JournalData);
    const json = JSON.stringify(fitted);
    if (json.length <= EVENT_MAX_BYTES / 3 || encoder.encode(json).byteLength <= EVENT_MAX_BYTES) {
      return { data: fitted, json };
    }
    if (longest < 64) return last(data);
  }
}

/** Too many pieces rather than too long ones: only the start of it, raw. */
function last(data: JournalData): FittedEvent {
  const line = `${JSON.stringify(data).slice(0, 64 * 1024)}… [cut]`;
  const fitted: JournalData = { kind: "raw", line };
  return { data: fitted, json: JSON.stringify(fitted) };
}

function cutStrings(value: unknown, longest: number): unknown {
  if (typeof value === "string") return cut(value, longest);
  if (Array.isArray(value)) return value.map((entry) => cutStrings(entry, longest));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, cutStrings(entry, longest)]));
}

function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest)}… [${text.length - longest} characters cut]`;
}
