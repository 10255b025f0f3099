/** From the words of a command line to the command they name; a wrong word is refused with the nearest right one. */
import type { AnyCommand, Entry } from "./command.ts";
import { COMMANDS } from "./commands/table.ts";

export type Found =
  | { readonly kind: "command"; readonly command: AnyCommand; readonly words: readonly string[] }
  | { readonly kind: "help"; readonly text: string; readonly code: number };

const HELP = new Set(["--help", "-h"]);

export async function findCommand(line: readonly string[]): Promise<Found> {
  const { leading, words } = splitLeading(line);
  const [first, second] = words;
  if (first === "help") return findCommand([...words.slice(1), "--help"]);
  if (first === undefined) return rootHelp(leading);
  const alone = COMMANDS.find(({ noun, verb, also }) => (noun === "" && verb === first) || also === first);
  if (alone !== undefined) return loaded(alone, [...leading, ...words.slice(1)]);
  const verbs = COMMANDS.filter(({ noun }) => noun === first);
  if (verbs.length === 0) return refuseCommand(first);
  const entry = verbs.find(({ verb }) => verb === second);
  if (entry !== undefined) return loaded(entry, [...leading, ...words.slice(2)]);
  const named = nameFirst(words);
  if (named !== undefined) return findCommand([...leading, ...named]);
  if (second === undefined || HELP.has(second)) {
    const { nounHelp } = await import("./docs/help.ts");
    const asked = HELP.has(second ?? "") || leading.some((word) => HELP.has(word));
    return { kind: "help", text: await nounHelp(first, COMMANDS), code: asked ? 0 : 2 };
  }
  const short = verbs.find(({ shorthand }) => shorthand === true);
  if (short !== undefined && words.length > 2) return loaded(short, [...leading, ...words.slice(1)]);
  if (words[2] === "choom") return refuseChoom(second);
  return refuseVerb(first, second);
}

/** `hivectl agent alice transcript`: as it is said aloud; a verb's own place comes first. */
function nameFirst([noun, name, verb, ...rest]: readonly string[]): readonly string[] | undefined {
  if (noun !== "agent" || name === undefined || verb === undefined) return undefined;
  const known = COMMANDS.some((entry) => entry.noun === noun && entry.verb === verb);
  return known ? [noun, verb, name, ...rest] : undefined;
}

async function loaded(entry: Entry, words: readonly string[]): Promise<Found> {
  return { kind: "command", command: await entry.load(), words };
}

/** Options before the first word belong to whatever command follows: `hivectl --json agent list`. */
function splitLeading(line: readonly string[]): { leading: readonly string[]; words: readonly string[] } {
  let at = 0;
  while (line[at]?.startsWith("-") === true) at += line[at] === "--socket" ? 2 : 1;
  return { leading: line.slice(0, at), words: line.slice(at) };
}

async function rootHelp(leading: readonly string[]): Promise<Found> {
  const { rootHelp } = await import("./docs/help.ts");
  const stray = leading.find((word) => !HELP.has(word));
  if (stray !== undefined) return refuse(`"${stray}" without a command`, "hivectl --help");
  return { kind: "help", text: await rootHelp(COMMANDS), code: 0 };
}

async function refuse(message: string, hint: string): Promise<never> {
  const { HiveError } = await import("../wire/hive-error.ts");
  throw new HiveError("invalid", message, { hint });
}

async function refuseCommand(word: string): Promise<never> {
  const { nearest } = await import("../lib/nearest.ts");
  const known = COMMANDS.flatMap(({ noun, verb, also }) => [noun === "" ? verb : noun, also ?? verb]);
  const close = nearest(word, known);
  const home = COMMANDS.find(({ noun, verb, also }) => noun === close || verb === close || also === close);
  const call = home === undefined || home.noun === close ? close : (home.also ?? `${home.noun} ${home.verb}`);
  const hint = call === undefined ? "hivectl --help" : `did you mean "hivectl ${call.trim()}"?`;
  return refuse(`there is no command "${word}"`, hint);
}

async function refuseVerb(noun: string, word: string): Promise<never> {
  const { nearest } = await import("../lib/nearest.ts");
  const verbs = COMMANDS.filter((entry) => entry.noun === noun).map(({ verb }) => verb);
  const close = nearest(word, verbs);
  const hint = close === undefined ? `hivectl ${noun} --help` : `did you mean "hivectl ${noun} ${close}"?`;
  return refuse(`there is no command "${noun} ${word}"`, hint);
}

/** Published clients offer it; it needs a container one can enter, which no backend of this version makes. */
async function refuseChoom(agent: string): Promise<never> {
  const { HiveError } = await import("../wire/hive-error.ts");
  throw new HiveError("unsupported", `agent "${agent}" has no container to attach to`, {
    hint: `hivectl agent watch ${agent}`,
  });
}
