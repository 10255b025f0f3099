/** Values of options beyond what citty knows: numbers, durations, times, texts. Each refusal names the option. */
import { parseDuration } from "../lib/duration.ts";
import { HiveError } from "../wire/hive-error.ts";
import type { Context } from "./context.ts";

export function wholeNumber(value: string | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,15}$/.test(value)) return Number(value);
  throw new HiveError("invalid", `"${name}" is a whole number, not "${value}"`);
}

/** Milliseconds. */
export function duration(value: string | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  const ms = parseDuration(value);
  if (ms !== undefined) return ms;
  throw new HiveError("invalid", `"${name}" is a duration such as 90s, 5m, 2h or 1d, not "${value}"`);
}

/** RFC 3339 from what a person types; a time without a zone is this machine's. */
export function pointInTime(value: string | undefined, name: string): string | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}|$)/.test(value)
    ? Date.parse(value.replace(" ", "T"))
    : Number.NaN;
  if (Number.isFinite(ms)) return new Date(ms).toISOString();
  throw new HiveError("invalid", `"${name}" is a time such as 2026-12-24T18:00, not "${value}"`);
}

/** RFC 3339 of `--in` from now, or of `--at`; at most one may be said. */
export function later(
  args: { readonly in?: string | undefined; readonly at?: string | undefined },
  now: number,
): string | undefined {
  const wait = duration(args.in, "--in");
  const at = pointInTime(args.at, "--at");
  if (wait !== undefined && at !== undefined) throw new HiveError("invalid", 'say either "--in" or "--at"');
  return wait === undefined ? at : new Date(now + wait).toISOString();
}

export interface TextSource {
  /** The word on the command line; `-` is standard input. */
  readonly word: string | undefined;
  /** `--file`. */
  readonly file: string | undefined;
  /** For the refusal: `<body>`. */
  readonly name: string;
}

/** A text from one of its three places; undefined when none was named. */
export async function optionalText(
  { io }: Pick<Context, "io">,
  source: TextSource,
): Promise<string | undefined> {
  const { word, file, name } = source;
  if (word !== undefined && file !== undefined) {
    throw new HiveError("invalid", `say either ${name} or "--file"`);
  }
  if (file !== undefined && file !== "-") return readText(io, file);
  if (word === "-" || file === "-") return io.readStdin();
  return word;
}

export async function text(context: Pick<Context, "io">, source: TextSource): Promise<string> {
  const found = await optionalText(context, source);
  if (found !== undefined) return found;
  throw new HiveError("invalid", `${source.name} is missing`, {
    hint: "give it in quotes, by --file FILE, or - for standard input",
  });
}

async function readText(io: Context["io"], path: string): Promise<string> {
  try {
    return await io.readFile(path);
  } catch (cause) {
    const why = cause instanceof Error && "code" in cause ? ` (${cause.code})` : "";
    throw new HiveError("invalid", `cannot read "${path}"${why}`, { cause });
  }
}

/** Keeps an integer of 64 bits whole; a double would not. */
export function approvalId(word: string): bigint {
  if (/^-?\d{1,19}$/.test(word)) return BigInt(word);
  throw new HiveError("invalid", `"${word}" is not the id of an approval`, { hint: "hivectl pending" });
}
