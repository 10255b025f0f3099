/** One text for one value: keys sorted, nothing undefined, 64-bit integers as digits. For hashes. */
import { stringifyJson } from "../../wire/json.ts";

export function canonicalJson(value: unknown): string {
  return stringifyJson(sorted(value)) ?? "null";
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]),
  );
}
