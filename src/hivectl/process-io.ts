/** The real process as hivectl's surroundings. */
import type { Io } from "./context.ts";
import { isTerminal, readAnswer, readStdin, write } from "./print/write.ts";

const DEFAULT_COLUMNS = 80;
/** Past this a table's eye-lines get lost. */
const MOST_COLUMNS = 160;

export function processIo(): Io {
  let signal: AbortSignal | undefined;
  return {
    env: process.env,
    write,
    isTerminal,
    columns: async () => {
      // A pipe has no width: what reads it wants whole lines.
      if (!isTerminal(1)) return Number.MAX_SAFE_INTEGER;
      const columns = process.stdout.columns ?? DEFAULT_COLUMNS;
      return Math.min(MOST_COLUMNS, Math.max(40, columns));
    },
    readFile: async (path) => {
      const { readFile } = await import("node:fs/promises");
      return readFile(path, "utf8");
    },
    readStdin,
    readAnswer,
    now: Date.now,
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
