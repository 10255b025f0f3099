/** Candidates for the word under the cursor, from the commands' own data. */
import type { ArgsDef } from "citty";
import {
  type AnyCommand,
  type Completes,
  type Entry,
  GLOBAL_ARGS,
  NOUNS,
  positionalNames,
} from "../command.ts";

export interface Candidate {
  readonly word: string;
  readonly about: string;
}

type Names = (kind: Completes) => Promise<readonly string[]>;

export interface Known {
  readonly commands: readonly Entry[];
  readonly names: Names;
}

/** `words` come after `hivectl`; the last one is being typed and may be empty. */
export async function completeWords(words: readonly string[], known: Known): Promise<readonly Candidate[]> {
  const typed = words.at(-1) ?? "";
  const all = await candidates(words.slice(0, -1), typed, known);
  return all.filter(({ word }) => word.startsWith(typed));
}

async function candidates(
  before: readonly string[],
  typed: string,
  { commands, names }: Known,
): Promise<readonly Candidate[]> {
  const shown = commands.filter(({ hidden }) => hidden !== true);
  const [first, second] = before;
  if (first === undefined) return firstWords(shown);
  const alone = shown.find(({ noun, verb, also }) => (noun === "" && verb === first) || also === first);
  if (alone !== undefined) return ofCommand(await alone.load(), { before: before.slice(1), typed, names });
  const verbs = shown.filter(({ noun }) => noun === first);
  if (second === undefined) {
    const words = await verbWords(verbs);
    const short = verbs.some(({ shorthand }) => shorthand === true);
    return short ? [...words, ...(await named("agent", names))] : words;
  }
  const entry = verbs.find(({ verb }) => verb === second);
  if (entry !== undefined) return ofCommand(await entry.load(), { before: before.slice(2), typed, names });
  if (first !== "agent") return [];
  // The name came first.
  const third = verbs.find(({ verb }) => verb === before[2]);
  if (third === undefined) return before.length > 2 ? [] : verbWords(verbs);
  return ofCommand(await third.load(), { before: [second, ...before.slice(3)], typed, names });
}

function verbWords(verbs: readonly Entry[]): Promise<readonly Candidate[]> {
  return Promise.all(verbs.map(async ({ verb, load }) => ({ word: verb, about: (await load()).summary })));
}

async function firstWords(shown: readonly Entry[]): Promise<readonly Candidate[]> {
  const nouns = Object.entries(NOUNS).map(([word, about]) => ({ word, about }));
  const alone = shown.filter(({ noun, also }) => noun === "" || also !== undefined);
  const verbs = await Promise.all(
    alone.map(async ({ verb, also, load }) => ({ word: also ?? verb, about: (await load()).summary })),
  );
  return [...nouns, ...verbs];
}

interface At {
  readonly before: readonly string[];
  readonly typed: string;
  readonly names: Names;
}

async function ofCommand(command: AnyCommand, { before, typed, names }: At): Promise<readonly Candidate[]> {
  const args: ArgsDef = { ...command.args, ...GLOBAL_ARGS };
  const options = Object.entries(args).filter(([, { type }]) => type !== "positional");
  const takesValue = (word: string) =>
    options.find(([name, def]) => {
      const alias = "alias" in def && def.alias !== undefined ? [def.alias].flat() : [];
      return def.type !== "boolean" && (word === `--${name}` || alias.some((short) => word === `-${short}`));
    });
  const open = takesValue(before.at(-1) ?? "");
  if (open !== undefined) {
    const [name, def] = open;
    if (def.type === "enum") return (def.options ?? []).map((word) => ({ word, about: "" }));
    return named(command.completes?.[name], names);
  }
  if (typed.startsWith("-")) {
    return options
      .map(([name, def]) => ({
        word: def.default === true ? `--no-${name}` : `--${name}`,
        about: def.description ?? "",
      }))
      .filter(({ word }) => !before.includes(word));
  }
  const given = before.filter(
    (word, at) => !word.startsWith("-") && takesValue(before[at - 1] ?? "") === undefined,
  );
  const position = positionalNames(command)[given.length];
  const found = await named(
    position === undefined ? command.rest?.completes : command.completes?.[position],
    names,
  );
  return position === undefined ? found.filter(({ word }) => !given.includes(word)) : found;
}

async function named(kind: Completes | undefined, names: Names): Promise<readonly Candidate[]> {
  if (kind === undefined) return [];
  return (await names(kind)).map((word) => ({ word, about: kind }));
}
