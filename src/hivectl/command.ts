/**
 * What a command is, and the one way a command line becomes its arguments. A command is data plus `run`.
 * citty parses; this file cures what it lets pass (0.2.2): unknown options and extra words are refused with the
 * nearest known one, a value that looks like an option stays a value, a repeated option is an error, and nothing of
 * a parent runs. Not here: which commands there are (commands/table.ts), help (docs/help.ts).
 */
import type { ArgsDef, ParsedArgs } from "citty";
import type { Context } from "./context.ts";

/** What a shell offers for a word. */
export type Completes = "agent";

export interface Rest {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly completes?: Completes;
}

/** How it went, as an exit code; nothing is 0. */
// biome-ignore lint/suspicious/noConfusingVoidType: most commands end without a word, and need not say so
export type Ran = Promise<number | void>;

export interface Command<A extends ArgsDef = ArgsDef> {
  readonly noun: string;
  readonly verb: string;
  /** One sentence. */
  readonly summary: string;
  /** More for `--help` and the reference, as paragraphs. */
  readonly details?: string;
  readonly args: A;
  /** Any number of words after the named ones. */
  readonly rest?: Rest;
  /** By the name of an argument. */
  readonly completes?: Readonly<Record<string, Completes>>;
  /** Whole command lines, each with what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  run(context: Context<ParsedArgs<A>>): Ran;
}

/** A command whose arguments' types are known to itself only. */
export type AnyCommand = Omit<Command, "run"> & { run(context: Context<never>): Ran };

export function command<const A extends ArgsDef>(definition: Command<A>): AnyCommand {
  return definition as unknown as AnyCommand;
}

/** Options that every command has. */
export const GLOBAL_ARGS = {
  json: { type: "boolean", description: "Print the daemon's answer verbatim, as JSON" },
  socket: {
    type: "string",
    valueHint: "PATH",
    description: "The hive's admin socket (also HIVE_SOCKET)",
  },
  color: { type: "boolean", default: true, description: "--no-color (also NO_COLOR): no colours" },
  help: { type: "boolean", alias: "h", description: "Show this" },
} as const satisfies ArgsDef;

export interface Globals {
  readonly json: boolean;
  readonly socket: string | undefined;
  readonly color: boolean;
  readonly help: boolean;
}

export interface ParsedLine {
  readonly args: Readonly<Record<string, unknown>>;
  readonly rest: readonly string[];
  readonly globals: Globals;
}

/** Throws `invalid`, naming the word and the nearest known one. */
export async function parseLine(command: AnyCommand, words: readonly string[]): Promise<ParsedLine> {
  const { scan } = await import("./scan.ts");
  const scanned = await scan(command, words);
  const { options, positionals } = scanned;
  const globals: Globals = {
    json: options.get("json") === true,
    socket: stringIn(options.get("socket")),
    color: options.get("color") !== false,
    help: options.get("help") === true,
  };
  for (const name of Object.keys(GLOBAL_ARGS)) options.delete(name);
  if (globals.help) return { args: {}, rest: [], globals };
  const named = positionalNames(command);
  const rest = positionals.slice(named.length);
  await scanned.refuseMissing();
  const args = await typed(command, options, positionals.slice(0, named.length));
  return { args, rest, globals };
}

function stringIn(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function positionalNames(command: Pick<AnyCommand, "args">): string[] {
  return Object.keys(command.args).filter((name) => command.args[name]?.type === "positional");
}

/** Types and defaults, by citty. It is not loaded for a line that gives it nothing to do. */
async function typed(
  command: AnyCommand,
  options: ReadonlyMap<string, string | boolean>,
  positionals: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  if (options.size === 0 && positionals.length === 0) return defaults(command.args);
  const { parseArgs } = await import("citty");
  const line = [...options].map(([name, value]) => {
    if (typeof value === "string") return `--${name}=${value}`;
    return value ? `--${name}` : `--no-${name}`;
  });
  return parseArgs([...line, "--", ...positionals], command.args);
}

function defaults(args: ArgsDef): Readonly<Record<string, unknown>> {
  const entries = Object.entries(args).filter(([, { default: value }]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, { default: value }]) => [name, value]));
}
