/**
 * The harness as an ordinary process of the hive's user: no isolation at all. Chosen explicitly, or when there is
 * nothing better, and then every surface says so.
 */
import { closeSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Clock } from "../../../lib/clock.ts";
import { processIdentity } from "../../../platform/process.ts";
import { run } from "../../../platform/run.ts";
import { type Env, spawnChild } from "../../../platform/spawn.ts";
import { HiveError } from "../../../wire/errors.ts";
import { type Backend, capabilities, type Run, type StartedRun, type StartSpec } from "../backend.ts";
import { endTagged, exitSentence, OWNER_VARIABLE, runAlive, signalProcess } from "../end-run.ts";
import { openHarnessLog } from "../harness-log.ts";
import { treeStats } from "../process-tree.ts";

export interface ProcessBackendOptions {
  readonly clock: Clock;
  /** Where programs are found; the daemon's own PATH. */
  readonly path: string;
  /** Of the user the hive runs as; claude wants to be told about root. */
  readonly uid?: number;
}

export const NOT_ISOLATED =
  "agents run as ordinary processes of your user: they can read and change everything that you can";

export function processBackend(options: ProcessBackendOptions): Backend {
  const { clock } = options;
  return {
    name: "process",
    capabilities: capabilities({ exec: true, survivesDaemonRestart: true }),
    warning: NOT_ISOLATED,
    probe: async () => undefined,
    create: async () => {},
    destroy: async () => {},
    start: (spec) => start(spec, options),
    alive: runAlive,
    stop: (run, { graceMs }) => stop(run, graceMs, clock),
    exec: (spec, argv, how) =>
      run({ ...how, argv, env: processEnv(spec, options), cwd: spec.place.state, clock }),
    configDirs: ({ proposed, others }) => ({ own: proposed, others }),
    stats: async ({ processes }) => treeStats(Object.values(processes).map(({ pid }) => pid)),
  };
}

const AGAIN_MS = 20;
const ROUNDS = 10;

/** A process that is replacing itself by another program shows no environment for a moment, and so no tag. */
async function stop(run: Run, graceMs: number, clock: Clock): Promise<void> {
  await endTagged(run, { graceMs, clock });
  for (let round = 0; round < ROUNDS && runAlive(run); round++) {
    await clock.sleep(AGAIN_MS);
    await endTagged(run, { graceMs, clock });
  }
  signalProcess(run.processes["main"], "SIGKILL");
}

/** Pure: everything the harness gets to see of its surroundings. */
export function processEnv(
  { place, owner, claude, env }: StartSpec,
  { path, uid = process.getuid?.() }: Omit<ProcessBackendOptions, "clock">,
): Env {
  return {
    PATH: path,
    LANG: "C.UTF-8",
    HOME: place.home,
    USER: place.name,
    LOGNAME: place.name,
    SHELL: "/bin/sh",
    CLAUDE_CONFIG_DIR: place.claude,
    HIVE_AGENT: place.name,
    HIVE_AGENT_SOCKET: join(place.socketDir, "hive.sock"),
    HYPERHIVE_STATE_DIR: place.state,
    HYPERHIVE_CONFIG_DIR: place.proposed,
    HIVE_CLAUDE: claude,
    // claude refuses to work without asking as root unless it is told that somebody took care.
    ...(uid === 0 ? { IS_SANDBOX: "1" } : {}),
    ...env,
    [OWNER_VARIABLE]: owner,
  };
}

async function start(spec: StartSpec, options: ProcessBackendOptions): Promise<StartedRun> {
  const log = openHarnessLog(spec.place.log);
  try {
    const output = { fd: log };
    const child = await spawnChild({
      argv: [spec.harness, "serve"],
      env: processEnv(spec, options),
      cwd: spec.place.state,
      detached: true,
      stdout: output,
      stderr: output,
    });
    const exited = child.exited.then(exitSentence);
    const main = processIdentity(child.pid);
    if (main === undefined) throw new HiveError("unavailable", `${await exited} at once`);
    return { agent: spec.place.name, owner: spec.owner, processes: { main }, exited };
  } finally {
    closeSync(log);
  }
}
