/** Reads a command line against a command's declared arguments, strictly. Types and defaults come after (command.ts). */
import type { ArgDef, ArgsDef } from "citty";
import { type AnyCommand, GLOBAL_ARGS, positionalNames } from "./command.ts";

export interface Scanned {
  readonly options: Map<string, string | boolean>;
  readonly positionals: readonly string[];
  /** Throws for a required argument that was not given. */
  refuseMissing(): Promise<void>;
}

export async function scan(command: AnyCommand, words: readonly string[]): Promise<Scanned> {
  const known: ArgsDef = { ...command.args, ...GLOBAL_ARGS };
  const options = new Map<string, string | boolean>();
  const positionals: string[] = [];
  const queue = [...words];
  let plainFromHere = false;
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (plainFromHere || !looksLikeOption(word)) positionals.push(word);
    else if (word === "--") plainFromHere = true;
    else {
      const { name, value } = await option({ command, known, word, queue });
      if (options.has(name)) await refuse(command, `option "--${name}" is given twice`);
      options.set(name, value);
    }
  }
  const helping = options.get("help") === true;
  const named = positionalNames(command);
  const extra = positionals[named.length];
  if (extra !== undefined && command.rest === undefined && !helping) await refuseExtra(command, extra);
  return { options, positionals, refuseMissing: () => refuseMissing(command, options, positionals) };
}

/** A lone dash is standard input, and -1 is an approval's id. */
function looksLikeOption(word: string): boolean {
  return word.startsWith("-") && word !== "-" && !/^-\d+$/.test(word);
}

interface OptionAt {
  readonly command: AnyCommand;
  readonly known: ArgsDef;
  readonly word: string;
  readonly queue: string[];
}

async function option({ command, known, word, queue }: OptionAt) {
  const equals = word.indexOf("=");
  const spelled = equals === -1 ? word : word.slice(0, equals);
  const given = equals === -1 ? undefined : word.slice(equals + 1);
  const found = find(known, spelled);
  if (found === undefined) return refuseUnknown(command, known, spelled);
  const { name, def, negated } = found;
  if (def.type === "boolean") {
    if (given !== undefined) await refuse(command, `option "${spelled}" takes no value`);
    return { name, value: !negated };
  }
  const value = given ?? queue.shift();
  if (value === undefined) return refuse(command, `option "${spelled}" needs a value`);
  if (given === undefined && value.startsWith("--") && find(known, value) !== undefined) {
    return refuse(command, `option "${spelled}" needs a value, "${value}" is an option`);
  }
  if (def.type === "enum" && def.options?.includes(value) === false) {
    return refuse(command, `"${value}" is not a value of "${spelled}": ${def.options.join(", ")}`);
  }
  return { name, value };
}

interface Found {
  readonly name: string;
  readonly def: ArgDef;
  readonly negated: boolean;
}

function find(known: ArgsDef, spelled: string): Found | undefined {
  const negated = spelled.startsWith("--no-");
  for (const [name, def] of Object.entries(known)) {
    if (def.type === "positional") continue;
    const alias = "alias" in def && def.alias !== undefined ? [def.alias].flat() : [];
    if (spelled === `--${name}` || alias.some((short) => spelled === `-${short}`)) {
      return { name, def, negated: false };
    }
    if (negated && def.type === "boolean" && def.default === true && spelled === `--no-${name}`) {
      return { name, def, negated: true };
    }
  }
  return undefined;
}

/** How the command is called. */
export function callName(command: Pick<AnyCommand, "noun" | "verb">): string {
  return ["hivectl", command.noun, command.verb].filter((word) => word !== "").join(" ");
}

async function refuse(command: AnyCommand, message: string, hint?: string): Promise<never> {
  const { HiveError } = await import("../wire/hive-error.ts");
  throw new HiveError("invalid", message, { hint: hint ?? `${callName(command)} --help` });
}

async function refuseUnknown(command: AnyCommand, known: ArgsDef, spelled: string): Promise<never> {
  const { nearest } = await import("../lib/nearest.ts");
  const names = Object.entries(known).filter(([, def]) => def.type !== "positional");
  const close = nearest(
    spelled,
    names.map(([name, def]) => (def.default === true ? `--no-${name}` : `--${name}`)),
  );
  return refuse(
    command,
    `unknown option "${spelled}"`,
    close === undefined ? undefined : `did you mean "${close}"?`,
  );
}

async function refuseExtra(command: AnyCommand, extra: string): Promise<never> {
  const takesText = positionalNames(command).includes("body");
  return refuse(
    command,
    `unexpected word "${extra}"`,
    takesText ? 'put a text of several words in quotes: "…"' : undefined,
  );
}

async function refuseMissing(
  command: AnyCommand,
  options: ReadonlyMap<string, string | boolean>,
  positionals: readonly string[],
): Promise<void> {
  for (const [index, name] of positionalNames(command).entries()) {
    const def = command.args[name];
    if (def?.required === false || positionals[index] !== undefined) continue;
    await refuse(command, `<${name}> is missing`);
  }
  for (const [name, def] of Object.entries(command.args)) {
    if (def.type === "positional" || def.required !== true || options.has(name)) continue;
    await refuse(command, `option "--${name}" is missing`);
  }
  const restGiven = positionals.length > positionalNames(command).length;
  if (command.rest?.required === true && !restGiven)
    await refuse(command, `<${command.rest.name}> is missing`);
}
