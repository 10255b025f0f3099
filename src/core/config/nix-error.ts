/** What nix said, as one sentence for a person. Pure: from nix's own output, which differs between its versions. */
import { HiveError } from "../../wire/errors.ts";

const SENTENCE_MAX = 600;
const NO_SPACE = /no space left on device|(disk|database or disk) is full/i;
/** Until 2.29 in one line, since then as a paragraph. */
const BUILDER = /^\s*error: (?:builder for '.*' failed|Cannot build ')/;
/** nix writes these around what builders say. */
const OWN_WORDS =
  /^\s*(building '|error:|warning:|these? \d* ?derivations?|\/nix\/store\/|For full logs|nix log )/;

/** `doing` begins the sentence: what could not be done. */
export function nixError(doing: string, said: readonly string[]): HiveError {
  if (said.some((line) => NO_SPACE.test(line)))
    return new HiveError("storage", "the build ran out of disk", {
      hint: "nix-collect-garbage -d, then try again",
    });
  const why = builderFailure(said) ?? lastError(said) ?? said.at(-1)?.trim() ?? "nix said nothing";
  return new HiveError("conflict", `${doing}: ${shorten(why)}`, {
    hint: "read the build log, correct the configuration and ask again",
  });
}

/** The first one: what follows failed because of it. */
function builderFailure(said: readonly string[]): string | undefined {
  const at = said.findIndex((line) => BUILDER.test(line));
  if (at === -1) return undefined;
  const reason = said
    .slice(at + 1, at + 3)
    .find((line) => /^\s*Reason: /.test(line))
    ?.replace(/^\s*Reason:/, "");
  const head = `${said[at]?.trim() ?? ""}${reason ?? ""}`.replace(/[;.]$/, "");
  const words = lastWords(said, at);
  return words === undefined ? head : `${head}: ${words}`;
}

/** What the builder said last: quoted after the error, or streamed before it. */
function lastWords(said: readonly string[], at: number): string | undefined {
  const quoted = said
    .slice(at + 1)
    .map((line) => /^\s+> (.*\S)/.exec(line)?.[1])
    .findLast((line) => line !== undefined);
  if (quoted !== undefined) return quoted;
  const before = said[at - 1]?.trim() ?? "";
  return before === "" || OWN_WORDS.test(before) ? undefined : before;
}

/** Traces come first: the last error is the cause of all before it. */
function lastError(said: readonly string[]): string | undefined {
  const at = said.findLastIndex((line) => /^\s*error:/.test(line));
  if (at === -1) return undefined;
  const first = said[at]?.trim() ?? "";
  const rest = said.slice(at + 1);
  const place = rest.map(placeOf).find((found) => found !== undefined);
  if (first !== "error:") return place === undefined ? first : `${first} at ${place}`;
  const text = rest.slice(0, rest.findIndex(isOutside) === -1 ? rest.length : rest.findIndex(isOutside));
  return text.length === 0 ? undefined : `error: ${text.map((line) => line.trim()).join(" ")}`;
}

function placeOf(line: string): string | undefined {
  return /^\s*at (\S.*:\d+:\d+):?$/.exec(line)?.[1];
}

function isOutside(line: string): boolean {
  return line.trim() === "" || line.trimStart().startsWith("…") || placeOf(line) !== undefined;
}

/** Names instead of store paths: a file by its place in its repository, anything else without its hash. */
function shorten(text: string): string {
  return text
    .replace(/\/nix\/store\/[0-9a-z]{32}-source\//g, "")
    .replace(/\/nix\/store\/[0-9a-z]{32}-([^\s'/]+?)(?:\.drv)?(?=['\s/]|$)/g, "$1")
    .slice(0, SENTENCE_MAX);
}
