/**
 * Binds as flags of systemd-nspawn, in a form that survives `EXTRA_NSPAWN_FLAGS`: the start script of
 * container@.service expands the value unquoted, so words are split at blanks, globs are expanded and no quote is
 * removed. What cannot pass is refused, never bent.
 */
import { HiveError } from "../../../../wire/errors.ts";

export interface Bind {
  /** On the host. It must exist before a start; a directory, since the bind of a socket file goes stale. */
  readonly source: string;
  /** Inside; nspawn makes it. */
  readonly target: string;
  readonly readOnly?: boolean;
}

/** Blanks split words; * ? [ ] glob; \ and quotes mean something else at each of the three readers. */
const UNSPEAKABLE: readonly (readonly [RegExp, string])[] = [
  [/\s/, "white space"],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  [/[\u0000-\u001f\u007f]/, "a control character"],
  [/[*?[\]]/, "one of * ? [ ]"],
  [/["'\\]/, "a quote or a backslash"],
];

/** The value of EXTRA_NSPAWN_FLAGS. */
export function nspawnFlags(binds: readonly Bind[]): string {
  return binds.map(bindFlag).join(" ");
}

export function bindFlag(bind: Bind): string {
  return `--bind${bind.readOnly === true ? "-ro" : ""}=${bindPair(bind)}`;
}

/** As systemd's own units name a bind, too. */
export function bindPair({ source, target }: Bind): string {
  return `${side(source)}:${side(target)}`;
}

function side(path: string): string {
  if (!path.startsWith("/"))
    throw refusal(path, "is not absolute: a container's bind needs a whole path", "name it from the root");
  const found = UNSPEAKABLE.find(([pattern]) => pattern.test(path));
  if (found !== undefined)
    throw refusal(
      path,
      `contains ${found[1]}: it cannot be passed to a container's start`,
      "move it, or make a link to it without such characters and name the link",
    );
  return path.replaceAll(":", "\\:");
}

function refusal(path: string, why: string, hint: string): HiveError {
  return new HiveError("invalid", `the path "${path}" ${why}`, { hint });
}
