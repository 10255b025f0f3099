/** The programs `scripts/up` runs: the daemon, and for the demo the scripted model. */
import { accessSync, constants, fstatSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { UpOptions } from "./up-options.ts";

export interface Daemon {
  readonly socket: string;
  /** Settings for this run; they may hold a key, so they go once the daemon has read them. */
  readonly config: string;
  readonly logFile: string;
  /** Where this run begins in it, in bytes. */
  readonly logStart: number;
  readonly process: Bun.Subprocess;
}

export interface Model {
  /** What claude needs in its environment to talk to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly process: Bun.Subprocess;
}

const Announcement = z.object({ url: z.url(), port: z.int(), pid: z.int() });

/** Starts the model simulator; it ends with us, since it watches its standard input. */
export async function startModel(root: string): Promise<Model> {
  const script = join(root, "scripts/demo/scene.json");
  const main = join(root, "test/support/model-simulator/main.ts");
  const child = Bun.spawn([process.execPath, main, "--port", "0", "--script", script, "--while-stdin"], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/" },
    detached: true,
  });
  const reader = child.stdout.getReader();
  const first = await reader.read();
  reader.releaseLock();
  const line = first.value === undefined ? "" : new TextDecoder().decode(first.value);
  const { url } = Announcement.parse(JSON.parse(line.split("\n")[0] ?? ""));
  return {
    process: child,
    env: {
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: "demo",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      ENABLE_TOOL_SEARCH: "false",
      NO_PROXY: "127.0.0.1,localhost",
    },
  };
}

export interface DaemonOptions extends UpOptions {
  readonly root: string;
  readonly claude: string | undefined;
  readonly claudeEnv: Readonly<Record<string, string>>;
}

/** Starts hive-c0re in a session of its own, so that Ctrl-C reaches only us and we end it in order. */
export function startDaemon(options: DaemonOptions): Daemon {
  const run = join(options.state, "run");
  prepare(run, options.state);
  // By pid: a second `up` on the same directory is refused by the daemon and must not touch the first one's files.
  const config = join(run, `up-${process.pid}.json`);
  const settings = {
    state_dir: options.state,
    runtime_dir: run,
    port: options.port,
    ...(options.backend === undefined ? {} : { backend: options.backend }),
    ...(options.claude === undefined ? {} : { claude_path: options.claude }),
    claude_env: options.claudeEnv,
    demo: options.demo,
    stop_agents_on_exit: true,
  };
  writeFileSync(config, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  const logFile = join(options.state, "c0re.log");
  const log = openSync(logFile, "a", 0o600);
  const logStart = fstatSync(log).size;
  const child = Bun.spawn([join(options.root, "dist/hive-c0re"), "serve", "--config", config], {
    stdin: "ignore",
    stdout: log,
    stderr: log,
    env: daemonEnv(),
    cwd: "/",
    detached: true,
  });
  return { socket: join(run, "host.sock"), config, logFile, logStart, process: child };
}

function prepare(run: string, state: string): void {
  try {
    mkdirSync(run, { recursive: true, mode: 0o700 });
    accessSync(state, constants.W_OK);
  } catch {
    throw new Error(`"${state}" cannot be written: choose another place with --state DIR`);
  }
}

/** A key or a proxy the user has set for claude; agents use it instead of a login of their own. */
export function ownClaudeEnv(): Record<string, string> {
  const names = [
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_BASE_URL",
    "CLAUDE_CODE_OAUTH_TOKEN",
  ];
  return pick(names);
}

function pick(names: readonly string[]): Record<string, string> {
  const entries = names.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The daemon gets what it needs of our environment, and no secret that happens to be in it. */
function daemonEnv(): Record<string, string> {
  return pick(["PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "TERM"]);
}

/** What the daemon said to people in this run (its plain sentences), else the last lines of its log. */
export function daemonSaid({ logFile, logStart }: Daemon): string {
  const lines = readFileSync(logFile).subarray(logStart).toString().trimEnd().split("\n");
  const plain = lines.filter((line) => !line.startsWith("{")).map((line) => line.replace(/^hive-c0re: /, ""));
  return (plain.length > 0 ? plain : lines).slice(-6).join("\n");
}
