/**
 * The one way a command line becomes a command's arguments. citty parses; here and in scan.ts is cured what it lets
 * pass (0.2.2): unknown options and extra words are refused with the nearest known one, a value that looks like an
 * option stays a value, a repeated option is an error, and nothing of a parent runs.
 */
import type { ArgsDef } from "citty";
import { type AnyCommand, GLOBAL_ARGS, positionalNames } from "./command.ts";
import { scan } from "./scan.ts";

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
