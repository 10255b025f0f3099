/** `--help`, from the commands' own data. */
import type { ArgDef, ArgsDef } from "citty";
import { type AnyCommand, type Entry, GLOBAL_ARGS, NOUNS, positionalNames } from "../command.ts";
import { wrap } from "../print/clean.ts";
import { callName } from "../scan.ts";

const WIDTH = 80;

function columns(rows: readonly (readonly [string, string])[]): string {
  const first = Math.min(30, Math.max(...rows.map(([name]) => name.length)) + 2);
  const lines = rows.flatMap(([name, about]) => {
    const [head = "", ...more] = wrap(about, WIDTH - 2 - first);
    const start =
      name.length < first
        ? [`  ${name.padEnd(first)}${head}`]
        : [`  ${name}`, `  ${" ".repeat(first)}${head}`];
    return [...start, ...more.map((line) => `  ${" ".repeat(first)}${line}`)];
  });
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** `hivectl message send [options] <to> [body]`. */
export function usageLine(command: AnyCommand): string {
  const words = positionalNames(command).map((name) => {
    return command.args[name]?.required === false ? `[${name}]` : `<${name}>`;
  });
  const { rest } = command;
  const more = rest === undefined ? [] : [rest.required === true ? `<${rest.name}>…` : `[${rest.name}…]`];
  const options = Object.values(command.args).some(({ type }) => type !== "positional") ? ["[options]"] : [];
  return [callName(command), ...words, ...more, ...options].join(" ");
}

/** `-n, --lines N`. */
export function optionName(name: string, def: ArgDef): string {
  const alias = "alias" in def && def.alias !== undefined ? [def.alias].flat() : [];
  const long = def.type === "boolean" && def.default === true ? `--no-${name}` : `--${name}`;
  const hint = def.type === "boolean" ? "" : ` ${def.valueHint ?? name.toUpperCase()}`;
  return [...alias.map((short) => `-${short}`), long].join(", ") + hint;
}

/** With its values and its default. */
export function optionAbout(def: ArgDef): string {
  const values = def.type === "enum" && def.options !== undefined ? `: ${def.options.join(", ")}` : "";
  const shown = typeof def.default === "string" && def.default !== "" ? ` (default ${def.default})` : "";
  return `${def.description ?? ""}${values}${shown}`;
}

function optionRows(args: ArgsDef): [string, string][] {
  return Object.entries(args)
    .filter(([, { type }]) => type !== "positional")
    .map(([name, def]) => [optionName(name, def), optionAbout(def)]);
}

export function wordRows(command: AnyCommand): [string, string][] {
  const named = positionalNames(command).map((name): [string, string] => [
    name,
    command.args[name]?.description ?? "",
  ]);
  const { rest } = command;
  return rest === undefined ? named : [...named, [`${rest.name}…`, rest.description]];
}

export function commandHelp(command: AnyCommand): string {
  const own = optionRows(command.args);
  const words = wordRows(command);
  const sections = [
    `${wrap(`${command.summary}.`, WIDTH).join("\n")}`,
    ...(command.details === undefined ? [] : [wrap(command.details, WIDTH).join("\n")]),
    `Usage: ${usageLine(command)}`,
    ...(words.length === 0 ? [] : [`Arguments:\n${columns(words)}`]),
    ...(own.length === 0 ? [] : [`Options:\n${columns(own)}`]),
    `Options of every command:\n${columns(optionRows(GLOBAL_ARGS))}`,
    ...(command.examples.length === 0
      ? []
      : [`Examples:\n${command.examples.map(([line, about]) => `  # ${about}\n  ${line}`).join("\n")}`]),
  ];
  return `${sections.join("\n\n")}\n`;
}

async function verbRows(entries: readonly Entry[], alone: boolean): Promise<[string, string][]> {
  const shown = entries.filter(({ hidden }) => hidden !== true);
  return Promise.all(
    shown.map(async ({ verb, also, load }): Promise<[string, string]> => {
      const { summary } = await load();
      return [alone ? (also ?? verb) : verb, summary];
    }),
  );
}

export async function nounHelp(noun: string, commands: readonly Entry[]): Promise<string> {
  const entries = commands.filter((entry) => entry.noun === noun);
  const rows = await verbRows(entries, false);
  const short = entries.some(({ shorthand }) => shorthand === true)
    ? `\nhivectl ${noun} AGENT TEXT … is short for hivectl ${noun} add.\n`
    : "";
  return `${NOUNS[noun] ?? noun}.\n\nUsage: hivectl ${noun} <command> …\n\n${columns(rows)}\n${short}\nMore: hivectl ${noun} <command> --help\n`;
}

export async function rootHelp(commands: readonly Entry[]): Promise<string> {
  const alone = await verbRows(
    commands.filter(({ noun, also }) => noun === "" || also !== undefined),
    true,
  );
  const groups = Object.entries(NOUNS).map(([noun, about]): [string, string] => {
    const verbs = commands.filter((entry) => entry.noun === noun).map(({ verb }) => verb);
    return [noun, `${about}: ${verbs.join(", ")}`];
  });
  const examples = [
    "  hivectl list",
    "  hivectl agent spawn alice",
    '  hivectl message send alice "What does this repository do?" --wait',
    "  hivectl agent watch alice",
  ];
  const parts = [
    "Operates the hive on this machine: its agents, their messages, your decisions.",
    "Usage: hivectl <command> …   or   hivectl <noun> <verb> …",
    `Nouns:\n${columns(groups)}`,
    `Commands:\n${columns(alone)}`,
    `Options of every command:\n${columns([...optionRows(GLOBAL_ARGS), ["-V, --version", "Which build this is"]])}`,
    `Examples:\n${examples.join("\n")}`,
    "More: hivectl <noun> <verb> --help",
  ];
  return `${parts.join("\n\n")}\n`;
}
