/** Options of `scripts/up`: fixed, so that other scripts can rely on them. scripts/up itself refuses the wrong ones. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

export interface UpOptions {
  readonly demo: boolean;
  /** Absolute; everything lives below it. */
  readonly state: string;
  readonly port: number;
  readonly backend: string | undefined;
}

/** Wrong use of the command line; the message is one sentence. */
export class UsageError extends Error {}

/** Reads the command line; throws UsageError. */
export function readUpOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): UpOptions {
  const values = parse(args);
  const demo = values.demo ?? false;
  const port = values.port === undefined ? 7000 : Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UsageError(`--port takes a number from 1 to 65535, not "${values.port}"`);
  }
  const home = env["HOME"] ?? homedir();
  const base = env["XDG_STATE_HOME"] ?? join(home, ".local", "state");
  const state = values.state ?? join(base, demo ? "hyperhive-demo" : "hyperhive");
  return { demo, port, state: resolve(state), backend: values.backend };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        demo: { type: "boolean" },
        state: { type: "string" },
        port: { type: "string" },
        backend: { type: "string" },
      },
    }).values;
  } catch (thrown) {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    throw new UsageError(`${text.split(". ")[0] ?? text}; see ./scripts/up --help`);
  }
}
