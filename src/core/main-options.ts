/** The words after `hive-c0re`, and its help. Flags override the settings file. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { nearest } from "../lib/nearest.ts";
import { messageOf } from "../platform/errno.ts";
import { HiveError } from "../wire/errors.ts";
import type { Flags } from "./settings.ts";

export const HELP = `hive-c0re: the daemon of a hive of Claude Code agents

usage:
  hive-c0re serve [--config FILE] [--state DIR] [--port N] [--host ADDRESS] [--backend NAME]
  hive-c0re check-config FILE
  hive-c0re check-agent FILE
  hive-c0re --version

  --config FILE    settings, one JSON object; flags override it
  --state DIR      everything that is kept; the admin socket is DIR/run/host.sock
  --port N         port of the dashboard (default 7000)
  --host ADDRESS   address of the dashboard (default 127.0.0.1)
  --backend NAME   bubblewrap (isolated), process (not isolated), auto (default)

examples:
  hive-c0re serve --state ~/hive --port 7100
  hive-c0re check-config /etc/hyperhive/c0re.json
  hive-c0re check-agent alice/config/proposed/agent.json
  hivectl --socket ~/hive/run/host.sock agent list`;

export type CommandLine =
  | { readonly command: "help" | "version" }
  | { readonly command: "check-config" | "check-agent"; readonly file: string }
  | { readonly command: "serve"; readonly config: string | undefined; readonly flags: Flags };

const COMMANDS = ["serve", "check-config", "check-agent", "help", "version"];

export function readCommandLine(words: readonly string[]): CommandLine {
  const { values, positionals } = parse(words);
  const [command = values.help === true ? "help" : "", ...rest] = positionals;
  if (values.help === true) return { command: "help" };
  if (values.version === true || command === "version") return { command: "version" };
  if (command === "help") return { command: "help" };
  if (command === "check-config" || command === "check-agent") return checkFile(command, rest);
  if (command !== "serve") throw unknown(command);
  if (rest.length > 0) throw usage(`"serve" takes no word "${rest[0]}"`);
  return { command, config: values.config, flags: flagsOf(values) };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        config: { type: "string" },
        state: { type: "string" },
        port: { type: "string" },
        host: { type: "string" },
        backend: { type: "string" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "V" },
      },
    });
  } catch (error) {
    throw usage(messageOf(error).split(". ")[0] ?? "");
  }
}

function flagsOf(values: {
  state?: string | undefined;
  port?: string | undefined;
  host?: string | undefined;
  backend?: string | undefined;
}): Flags {
  const { state, port, host, backend } = values;
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw usage(`"--port ${port}" is not a port number`);
  return {
    ...(state === undefined ? {} : { state_dir: resolve(state) }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(host === undefined ? {} : { host }),
    ...(backend === undefined ? {} : { backend }),
  };
}

function checkFile(command: "check-config" | "check-agent", [file, ...more]: readonly string[]): CommandLine {
  if (file === undefined || more.length > 0) throw usage(`"${command}" takes one file`);
  return { command, file };
}

function unknown(command: string): HiveError {
  if (command === "") return usage("say what to do");
  const close = nearest(command, COMMANDS);
  return usage(`there is no command "${command}"${close === undefined ? "" : `, did you mean "${close}"?`}`);
}

function usage(message: string): HiveError {
  return new HiveError("invalid", message, { hint: "hive-c0re --help" });
}
