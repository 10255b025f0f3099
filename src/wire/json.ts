/**
 * JSON with 64-bit integers. `JSON.parse` turns 9223372036854775807 into a double that is off by one;
 * an approval id must survive the trip, so integers beyond 2^53 become bigint, and bigint is written as digits.
 */

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;
/** ECMAScript 2025 `JSON.rawJSON`, which TypeScript's library does not declare yet (2026-11). */
type RawJson = { readonly rawJSON: (text: string) => unknown };

function revive(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d{1,40}$/.test(source) ? BigInt(source) : value;
}

/** Throws SyntaxError like JSON.parse. */
export function parseJson(text: string): unknown {
  // An integer beyond 2^53 has 16 digits or more; looking at every value takes many times as long.
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, revive as Reviver);
}

/** One line of JSON (or indented by `space`); bigint as plain digits. */
export function stringifyJson(value: unknown, space?: number): string {
  return JSON.stringify(
    value,
    (_key, item: unknown) =>
      typeof item === "bigint" ? (JSON as unknown as RawJson).rawJSON(item.toString()) : item,
    space,
  );
}
