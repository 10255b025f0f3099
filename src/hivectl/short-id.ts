/**
 * Ids that people read and type: the wire wants all 26 characters, a narrow terminal shows the last eight, and every
 * command takes such an end of an id. The beginning is the time, alike for all of a minute; the end is what differs.
 */
import { HiveError } from "../wire/hive-error.ts";

const SHOWN = 8;
const WHOLE = 26;
/** From so many columns on there is room for whole ids; a pipe has room without end. */
const WIDE = 110;

export function shownId(id: string, { width }: { readonly width: number }): string {
  return width < WIDE ? id.slice(-SHOWN) : id;
}

interface Known {
  /** "message": for the error. */
  readonly what: string;
  /** Where they are listed. */
  readonly hint: string;
  /** Newest first or last; asked only for a shortened id. */
  readonly ids: () => Promise<readonly { readonly id: string }[]>;
}

export async function wholeId(given: string, { what, hint, ids }: Known): Promise<string> {
  if (given.length >= WHOLE) return given;
  const end = given.toUpperCase();
  const found = given === "" ? [] : (await ids()).filter(({ id }) => id.endsWith(end));
  const [first] = found;
  if (first !== undefined && found.length === 1) return first.id;
  throw found.length === 0
    ? new HiveError("not_found", `no ${what} has an id that ends with "${given}"`, { hint })
    : new HiveError("invalid", `${found.length} ${what}s have an id that ends with "${given}"`, {
        hint: `${hint}; give more of it`,
      });
}
