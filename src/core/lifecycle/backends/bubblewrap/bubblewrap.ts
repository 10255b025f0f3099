/**
 * Rootless cages by bubblewrap(1): the default where it works. What is visible inside is cage-argv.ts.
 *
 * bwrap leaves two processes outside the agent's reach: itself (`main`, in the host's pid namespace) and the first
 * process of the cage (`init`): when that is killed, the kernel ends everything inside.
 */
import { closeSync, openSync, readSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Clock } from "../../../../lib/clock.ts";
import { writeFileAtomic } from "../../../../platform/atomic-file.ts";
import { type ProcessIdentity, processAlive, processIdentity } from "../../../../platform/process.ts";
import { run } from "../../../../platform/run.ts";
import { type Env, spawnChild } from "../../../../platform/spawn.ts";
import { HiveError } from "../../../../wire/errors.ts";
import {
  type Backend,
  cageConfigDirs,
  capabilities,
  type Run,
  type StartedRun,
  type StartSpec,
} from "../../backend.ts";
import { endTagged, exitSentence, OWNER_VARIABLE, runAlive, signalProcess } from "../../end-run.ts";
import { openHarnessLog } from "../../harness-log.ts";
import { type AgentPlace, isDirectory } from "../../place.ts";
import { childrenOf, treeStats } from "../../process-tree.ts";
import {
  CAGE_SOCKET_DIR,
  CAGE_UID,
  type CageFiles,
  type CageOptions,
  type CageProgram,
  cageArgv,
  cageHome,
  cageState,
  type HostFacts,
  PROGRAM_DIR,
} from "./cage-argv.ts";
import { readHostFacts } from "./host-facts.ts";
import { probeBubblewrap } from "./probe.ts";

export interface BubblewrapOptions {
  readonly clock: Clock;
  /** Where bwrap is found. */
  readonly path: string;
  readonly privatePlaces: readonly string[];
}

const CAGE_PATH = "/run/current-system/sw/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const HARNESS = join(PROGRAM_DIR, "hive-ag3nt");
const CLAUDE = join(PROGRAM_DIR, "claude");

export function bubblewrapBackend(options: BubblewrapOptions): Backend {
  const { clock } = options;
  let facts: HostFacts | undefined;
  const probe = async (): Promise<string | undefined> => {
    const { bwrap, disableUserns, reason } = await probeBubblewrap(options);
    if (bwrap === undefined || reason !== undefined) return reason ?? "bwrap is not installed";
    facts = readHostFacts({ bwrap, disableUserns, privatePlaces: options.privatePlaces });
    return undefined;
  };
  const host = async (): Promise<HostFacts> => {
    const reason = facts === undefined ? await probe() : undefined;
    if (facts !== undefined) return facts;
    throw new HiveError("unsupported", reason ?? "bubblewrap does not work here", {
      hint: "install bubblewrap, or choose --backend process (agents are not isolated then)",
    });
  };
  return {
    name: "bubblewrap",
    capabilities: capabilities({
      isolated: true,
      exec: true,
      survivesDaemonRestart: true,
      killsEverything: true,
    }),
    probe,
    create: async (place) => void writeCageFiles(place),
    destroy: async () => {},
    start: async (spec) => start(spec, await host(), clock),
    alive: runAlive,
    stop: (run, { graceMs }) => stop(run, graceMs, clock),
    exec: async (spec, command, options) => {
      const argv = argvFor(spec, await host(), { command, ownedByParent: true });
      return run({ ...options, argv, env: cageEnv(spec), cwd: "/", clock });
    },
    stats: async ({ processes }) => treeStats(Object.values(processes).map(({ pid }) => pid)),
  };
}

/** Pure: everything a caged harness finds in its environment. */
export function cageEnv({ place, owner, claude, env }: StartSpec): Env {
  const { name } = place;
  return {
    PATH: CAGE_PATH,
    LANG: "C.UTF-8",
    HOME: cageHome(name),
    USER: name,
    LOGNAME: name,
    SHELL: "/bin/sh",
    // Else claude keeps a second file beside ~/.claude, which would not outlive the cage.
    CLAUDE_CONFIG_DIR: join(cageHome(name), ".claude"),
    HIVE_AGENT: name,
    HIVE_AGENT_SOCKET: join(CAGE_SOCKET_DIR, "hive.sock"),
    HYPERHIVE_STATE_DIR: cageState(name),
    HYPERHIVE_CONFIG_DIR: cageConfigDirs(name).own,
    HIVE_CLAUDE: claude === undefined ? undefined : claudeProgram(claude).path,
    ...env,
    [OWNER_VARIABLE]: owner,
  };
}

function argvFor(
  spec: StartSpec,
  host: HostFacts,
  what: Pick<CageOptions, "command" | "ownedByParent">,
): readonly string[] {
  const { place, harness, claude } = spec;
  const programs: CageProgram[] = [{ source: realpathSync(harness), path: HARNESS }];
  if (claude !== undefined) programs.push(claudeProgram(claude));
  const others = isDirectory(place.others);
  return cageArgv({ host, place, files: writeCageFiles(place), programs, others, ...what });
}

/** The native executable stands alone; a script needs what lies beside it. */
export function claudeProgram(claude: string): CageProgram {
  const source = realpathSync(claude);
  if (!isScript(source)) return { source, path: CLAUDE };
  return { source, directory: dirname(source), path: join(`${CLAUDE}.d`, basename(source)) };
}

function isScript(path: string): boolean {
  const fd = openSync(path, "r");
  try {
    const start = Buffer.alloc(2);
    readSync(fd, start, 0, 2, 0);
    return start.toString("latin1") === "#!";
  } finally {
    closeSync(fd);
  }
}

/** Who is who inside: the agent, root (so that files of the system have an owner) and nobody. */
function writeCageFiles({ name, config }: AgentPlace): CageFiles {
  const files = {
    passwd: join(config, "passwd"),
    group: join(config, "group"),
    hostname: join(config, "hostname"),
  };
  const id = CAGE_UID;
  writeFileAtomic(
    files.passwd,
    `${name}:x:${id}:${id}:${name}:${cageHome(name)}:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n`,
    { mode: 0o644 },
  );
  writeFileAtomic(files.group, `${name}:x:${id}:\nnogroup:x:65534:\n`, { mode: 0o644 });
  writeFileAtomic(files.hostname, `h-${name}\n`, { mode: 0o644 });
  return files;
}

async function start(spec: StartSpec, host: HostFacts, clock: Clock): Promise<StartedRun> {
  const log = openHarnessLog(spec.place.log);
  try {
    const output = { fd: log };
    const child = await spawnChild({
      argv: argvFor(spec, host, { command: [HARNESS, "serve"] }),
      env: cageEnv(spec),
      cwd: "/",
      detached: true,
      stdout: output,
      stderr: output,
    });
    const exited = child.exited.then(exitSentence);
    const main = processIdentity(child.pid);
    const init = main === undefined ? undefined : await findInit(main, clock);
    if (main === undefined || init === undefined)
      throw new HiveError("unavailable", `${await exited} at once`);
    return { agent: spec.place.name, owner: spec.owner, processes: { main, init }, exited };
  } finally {
    closeSync(log);
  }
}

const INIT_POLL_MS = 2;
const INIT_POLLS = 2_500;

/** bwrap's one child; undefined when bwrap ended before there was one. */
async function findInit(main: ProcessIdentity, clock: Clock): Promise<ProcessIdentity | undefined> {
  for (let poll = 0; poll < INIT_POLLS && processAlive(main); poll++) {
    const [init] = childrenOf(main.pid);
    if (init !== undefined) return init;
    await clock.sleep(INIT_POLL_MS);
  }
  return undefined;
}

/** `init` ends the cage whatever happened inside; the tag finds a cage whose record is incomplete. */
async function stop(run: Run, graceMs: number, clock: Clock): Promise<void> {
  const { main, init } = run.processes;
  if (init !== undefined && processAlive(init)) {
    await terminate(run, init, { graceMs, clock });
    signalProcess(init, "SIGKILL");
  }
  signalProcess(main, "SIGKILL");
  await endTagged(run, { graceMs: 0, clock });
}

const TERM_POLL_MS = 20;

/** Asked again and again, since right after a start there is nobody to ask yet. */
async function terminate(
  run: Run,
  init: ProcessIdentity,
  { graceMs, clock }: { graceMs: number; clock: Clock },
): Promise<void> {
  const asked = new Set<number>();
  const deadline = clock.monotonic() + graceMs;
  while (runAlive(run) && clock.monotonic() < deadline) {
    for (const child of childrenOf(init.pid)) {
      if (!asked.has(child.pid)) signalProcess(child, "SIGTERM");
      asked.add(child.pid);
    }
    await clock.sleep(TERM_POLL_MS);
  }
}
