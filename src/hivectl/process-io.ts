/** The real process as hivectl's surroundings. */
import { errnoOf } from "../platform/errno.ts";
import { openTerminal } from "../platform/terminal.ts";
import type { Io } from "./context.ts";

const DEFAULT_COLUMNS = 80;
/** Past this the eye loses a table's lines. */
const MOST_COLUMNS = 160;
const LEAST_COLUMNS = 40;

export async function processIo(): Promise<Io> {
  const terminal = await openTerminal();
  let signal: AbortSignal | undefined;
  return {
    env: process.env,
    isTerminal: terminal.isTerminal,
    readStdin: terminal.readAll,
    readAnswer: terminal.readLine,
    now: Date.now,
    write: (fd, text) => {
      try {
        terminal.write(fd, text);
      } catch (error) {
        // The reader has gone (`hivectl watch | head`): there is nobody left to tell.
        if (errnoOf(error) === "EPIPE") process.exit(0);
        throw error;
      }
    },
    columns: () => {
      // A pipe has no width: what reads it wants whole lines.
      if (!terminal.isTerminal(1)) return Number.MAX_SAFE_INTEGER;
      return Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, terminal.columns() ?? DEFAULT_COLUMNS));
    },
    readFile: async (path) => {
      const { readFile } = await import("node:fs/promises");
      return readFile(path, "utf8");
    },
    interrupted: () => {
      signal ??= onSignals();
      return signal;
    },
  };
}

function onSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => controller.abort(new Error(`ended by ${name}`)));
  }
  return controller.signal;
}
