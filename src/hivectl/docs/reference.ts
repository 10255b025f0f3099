/** docs/tools/hivectl-cli.md, from the commands' own data: written by it, and checked against it. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ERRORS, HiveError } from "../../wire/hive-error.ts";
import { type AnyCommand, type Entry, GLOBAL_ARGS, NOUNS } from "../command.ts";
import { callName } from "../scan.ts";
import { optionAbout, optionName, usageLine, wordRows } from "./help.ts";

export const REFERENCE_PATH = "docs/tools/hivectl-cli.md";

const INTRO = `<!-- Written by \`hivectl markdown-docs\` from the commands themselves. Do not edit. -->

# hivectl

Operates the hive on this machine through its admin socket: the agents, their messages, your decisions.

- A command is \`hivectl <noun> <verb>\`, or a single word. A wrong word is refused with the nearest right one.
- \`--json\` prints the daemon's answer verbatim; a command that goes on prints one frame a line.
- Standard output holds only what was asked for. Progress and colours are for terminals only.
- The socket is \`--socket PATH\`, else \`HIVE_SOCKET\`, else \`/run/hyperhive/host.sock\`, else
  \`$XDG_STATE_HOME/hyperhive/run/host.sock\`.`;

/** The whole text. */
export async function reference(commands: readonly Entry[]): Promise<string> {
  const shown = commands.filter(({ hidden }) => hidden !== true);
  const loaded = await Promise.all(shown.map(async (entry) => ({ entry, command: await entry.load() })));
  const section = (noun: string): string =>
    loaded
      .filter(({ entry }) => entry.noun === noun)
      .map(({ entry, command }) => commandText(command, entry.also))
      .join("\n\n");
  const nouns = Object.entries(NOUNS).map(([noun, about]) => `## ${noun}\n\n${about}.\n\n${section(noun)}`);
  const parts = [INTRO, globalText(), exitText(), ...nouns, `## Single words\n\n${section("")}`];
  return `${parts.join("\n\n")}\n`;
}

function globalText(): string {
  const rows = Object.entries(GLOBAL_ARGS).map(([name, def]): [string, string] => [
    `\`${optionName(name, def)}\``,
    optionAbout(def),
  ]);
  return `## Options of every command\n\n${rowsText([...rows, ["`-V, --version`", "Which build this is; as the first word"]])}`;
}

function exitText(): string {
  const rows = Object.entries(ERRORS).map(([code, { exit }]): [string, string] => [
    `\`${exit}\``,
    `\`${code}\``,
  ]);
  return `## Exit codes\n\n0 when it went well, else by the error's code:\n\n${rowsText(rows)}`;
}

function rowsText(rows: readonly (readonly [string, string])[]): string {
  return [
    "| | |",
    "|---|---|",
    ...rows.map(([name, about]) => `| ${name} | ${about.replaceAll("|", "\\|")} |`),
  ].join("\n");
}

function commandText(command: AnyCommand, also: string | undefined): string {
  const words = wordRows(command).map(([name, about]): [string, string] => [`\`${name}\``, about]);
  const options = Object.entries(command.args)
    .filter(([, { type }]) => type !== "positional")
    .map(([name, def]): [string, string] => [`\`${optionName(name, def)}\``, optionAbout(def)]);
  const rows = [...words, ...options];
  const examples = command.examples.map(([line, about]) => `# ${about}\n${line}`).join("\n");
  return [
    `### ${callName(command)}`,
    `${command.summary}.${also === undefined ? "" : ` Also \`hivectl ${also}\`.`}`,
    ...(command.details === undefined ? [] : [command.details]),
    `\`${usageLine(command)}\``,
    ...(rows.length === 0 ? [] : [rowsText(rows)]),
    `\`\`\`sh\n${examples}\n\`\`\``,
  ].join("\n\n");
}

export async function writeReference(path: string, commands: readonly Entry[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await reference(commands));
}

/** Throws `conflict` when the file does not say what the commands say. */
export async function checkReference(path: string, commands: readonly Entry[]): Promise<void> {
  const found = await readFile(path, "utf8").catch(() => undefined);
  if (found === (await reference(commands))) return;
  const problem = found === undefined ? `"${path}" does not exist` : `"${path}" is out of date`;
  throw new HiveError("conflict", problem, { hint: "hivectl markdown-docs" });
}
