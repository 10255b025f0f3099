/**
 * hivectl, the terminal's side of the host socket. Kept quick (scripts/bench/hivectl-list.ts): what is imported here
 * is small and needs neither zod nor citty nor node:net; those, and each command, are loaded when they are needed.
 */
import { versionLine } from "../wire/version.ts";
import type { AnyCommand } from "./command.ts";
import { COMMANDS } from "./commands/table.ts";
import { hostTransport, socketPaths } from "./connect.ts";
import { createContext, type Io } from "./context.ts";
import { findCommand } from "./find-command.ts";
import { parseLine } from "./parse-line.ts";
import { processIo } from "./process-io.ts";

/** Runs one command line and says how it went, as an exit code of the error table. Prints its own errors. */
export async function hivectl(words: readonly string[], io: Io): Promise<number> {
  let json = false;
  try {
    if (words[0] === "--version" || words[0] === "-V") {
      io.write(1, `${versionLine("hivectl")}\n`);
      return 0;
    }
    const found = await findCommand(words);
    if (found.kind === "help") {
      io.write(found.code === 0 ? 1 : 2, found.text);
      return found.code;
    }
    // Also for what goes wrong before the line is understood.
    json = found.words.includes("--json");
    return await runCommand(found.command, found.words, io);
  } catch (error) {
    const { reportError } = await import("./report-error.ts");
    return reportError(error, io, json);
  }
}

async function runCommand(command: AnyCommand, words: readonly string[], io: Io): Promise<number> {
  const { args, rest, globals } = await parseLine(command, words);
  if (globals.help) {
    const { commandHelp } = await import("./docs/help.ts");
    io.write(1, commandHelp(command));
    return 0;
  }
  const transport = hostTransport(socketPaths(globals.socket, io.env));
  const context = createContext({ args, rest, json: globals.json, color: globals.color, io, transport });
  return (await command.run(context as never, COMMANDS)) ?? 0;
}

/** The process's own entry; also called by src/main.ts. */
export async function main(words: readonly string[]): Promise<void> {
  const code = await hivectl(words, await processIo());
  // A signal handler or an open pipe must not hold a finished command back.
  process.exit(code);
}

if (import.meta.main) await main(process.argv.slice(2));
