/**
 * What a command is: data plus `run`. How a command line becomes its arguments: parse-line.ts. Which commands there
 * are: commands/table.ts.
 */
import type { ArgsDef, ParsedArgs } from "citty";
import type { Context } from "./context.ts";

/** What a shell offers for a word. */
export type Completes = "agent" | "approval" | "session";

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
  /** `commands`: all of them, for those that speak about the others. */
  run(context: Context<ParsedArgs<A>>, commands: readonly Entry[]): Ran;
}

/** A command whose arguments' types are known to itself only. */
export type AnyCommand = Omit<Command, "run"> & {
  run(context: Context<never>, commands: readonly Entry[]): Ran;
};

/** Where a command is found, before it is loaded. */
export interface Entry {
  /** Empty: the verb stands alone. */
  readonly noun: string;
  readonly verb: string;
  /** A single word that means the same. */
  readonly also?: string;
  /** `hivectl remind alice "…"`: what is called when the word after the noun is no verb. */
  readonly shorthand?: true;
  /** Not for people; left out of help and reference. */
  readonly hidden?: true;
  readonly load: () => Promise<AnyCommand>;
}

/** In the order of help and reference. */
export const NOUNS: Readonly<Record<string, string>> = {
  agent: "The agents: what they do, and what they should do",
  message: "Messages between you and the agents, and among them",
  ask: "Questions that agents ask you",
  remind: "Messages that are sent once, later",
  schedule: "Messages that are sent again and again",
  approval: "What waits for your decision, in full",
  config: "Configurations of agents: what runs, what ran, and back to it",
  operator: "Browsers that may operate the hive",
  notify: "What tells you that something waits, when you are not looking",
  operation: "Slow work under way, and how it went",
};

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
  color: { type: "boolean", default: true, description: "No colours (also NO_COLOR)" },
  help: { type: "boolean", alias: "h", description: "Show this" },
} as const satisfies ArgsDef;

export function positionalNames(command: Pick<AnyCommand, "args">): string[] {
  return Object.keys(command.args).filter((name) => command.args[name]?.type === "positional");
}
