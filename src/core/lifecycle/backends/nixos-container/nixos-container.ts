/**
 * Agents as NixOS containers: `container@h-<agent>.service`, systemd-nspawn, a system of their own. Production.
 * What is written for a container is container-files.ts; what it sees of the hive is inside.ts.
 *
 * `main` of a run is the unit's main process (systemd-nspawn): it lives as long as the container.
 */
import process from "node:process";
import { newRevert, type Revert } from "../../../../lib/revert.ts";
import { processIdentity } from "../../../../platform/process.ts";
import { HiveError } from "../../../../wire/errors.ts";
import {
  type Backend,
  capabilities,
  type Run,
  type RunStats,
  type StartedRun,
  type StartSpec,
} from "../../backend.ts";
import { endTagged, runAlive } from "../../end-run.ts";
import { findProgram } from "../../find-program.ts";
import type { AgentPlace } from "../../place.ts";
import { treeStats } from "../../process-tree.ts";
import {
  type ContainerDirs,
  giveToAgent,
  hasSystem,
  makeConf,
  makeRoot,
  profilePath,
  removeFiles,
  unmountExport,
} from "./container-files.ts";
import { removeDropIn, writeDropIn } from "./drop-in.ts";
import { execAsAgent } from "./exec.ts";
import { agentBinds, agentOf, checkSources, containerOf, writeHarnessEnv } from "./inside.ts";
import { oomKills } from "./oom-kills.ts";
import { confPath, setNspawnFlags } from "./set-nspawn-flags.ts";
import { createSystemd, type Systemd, type SystemdOptions } from "./systemd.ts";
import { endSentence, unitPhase } from "./units.ts";

export interface NixosContainerOptions extends SystemdOptions {
  readonly dirs: ContainerDirs;
  /** Directories of the host that every container sees, read-only. */
  readonly binds_ro: readonly string[];
  /** Builds the agent's system and sets it as this profile; throws when it does not build. */
  readonly buildSystem: (agent: string, profile: string, report: (line: string) => void) => Promise<void>;
  /** The agent's configuration is to be dropped. */
  readonly forgetSystem: (agent: string) => Promise<void>;
}

interface Context extends NixosContainerOptions {
  readonly systemd: Systemd;
}

export function nixosContainerBackend(options: NixosContainerOptions): Backend {
  const context: Context = { ...options, systemd: createSystemd(options) };
  const { systemd, clock } = context;
  return {
    name: "nixos-container",
    capabilities: capabilities({
      isolated: true,
      limits: true,
      exec: true,
      survivesDaemonRestart: true,
      killsEverything: true,
      ownInit: true,
      packages: true,
    }),
    probe: () => probe(context),
    create: (place, report = () => {}) => create(context, place, report),
    start: (spec) => start(context, spec),
    stop: async (run, { graceMs }) => {
      await systemd.stop(containerOf(run.agent), graceMs);
      await endTagged(run, { graceMs: 0, clock });
    },
    alive: runAlive,
    whyEnded: async (run) => endSentence(await systemd.find(containerOf(run.agent))),
    survey: () => survey(context),
    destroy: (place) => destroy(context, place),
    exec: async (spec, argv, how) => {
      const row = await systemd.find(containerOf(spec.place.name));
      const up = row !== undefined && unitPhase(row) === "up";
      return execAsAgent(context, { spec, argv, how, up });
    },
    stats: (run) => stats(context, run),
    oomKills: ({ processes: { main } }) => (main === undefined ? undefined : oomKills(main.pid)),
    logs: async ({ name }, lines) => {
      const container = containerOf(name);
      const row = await systemd.find(container);
      return systemd.logs(container, lines, row !== undefined && unitPhase(row) === "up");
    },
  };
}

async function probe({ systemd, programs, path }: Context): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "containers need hive-c0re to be root";
  const missing = [programs.systemctl, programs.journalctl, programs.nix].find(
    (program) => !program.startsWith("/") && findProgram(program, path) === undefined,
  );
  if (missing !== undefined) return `there is no "${missing}" on the PATH`;
  try {
    if (await systemd.hasTemplate()) return undefined;
    return "this host has no container@.service (boot.enableContainers)";
  } catch (error) {
    return error instanceof HiveError ? error.message : "systemd cannot be asked";
  }
}

async function create(context: Context, place: AgentPlace, report: (line: string) => void): Promise<void> {
  const { dirs, binds_ro } = context;
  const container = containerOf(place.name);
  const binds = agentBinds(place, binds_ro);
  checkSources(binds);
  await using revert: Revert = newRevert();
  giveToAgent(place);
  makeRoot(dirs, container, revert);
  makeConf(dirs, container, { binds, revert });
  if (!hasSystem(dirs, container)) {
    revert.add(() => context.forgetSystem(place.name));
    await context.buildSystem(place.name, profilePath(dirs, container), report);
  }
  revert.success();
}

async function start(context: Context, spec: StartSpec): Promise<StartedRun> {
  const { systemd, dirs } = context;
  const { place, owner, limits } = spec;
  const container = containerOf(place.name);
  const binds = agentBinds(place, context.binds_ro);
  checkSources(binds);
  giveToAgent(place);
  writeHarnessEnv(spec);
  setNspawnFlags(confPath(dirs.conf_dir, container), binds);
  const changed = writeDropIn(dirs.unit_dir, container, limits);
  const before = await systemd.find(container);
  if (changed || before?.needsReload === true) await systemd.reload();
  // Up without us: started by hand, or by a daemon that crashed before it wrote this down. It knows nothing of this start.
  if (before !== undefined && unitPhase(before) !== "down") await systemd.stop(container, 0);
  await systemd.resetFailed(container);
  await unmountExport(container, context);
  await using revert = newRevert();
  revert.add(() => systemd.stop(container, 0));
  await startUnit(context, container);
  const pid = (await systemd.find(container))?.mainPid;
  const main = pid === undefined ? undefined : processIdentity(pid);
  if (main === undefined) throw new HiveError("unavailable", `${await whyNot(context, container)}, at once`);
  revert.success();
  return { agent: place.name, owner, processes: { main } };
}

/** Of agents by their names; a container of somebody else's is passed over later. */
async function survey({ systemd }: Context): Promise<readonly Run[]> {
  const rows = await systemd.show(containerOf("*"));
  return rows.flatMap((row) => {
    const main =
      unitPhase(row) === "up" && row.mainPid !== undefined ? processIdentity(row.mainPid) : undefined;
    return main === undefined
      ? []
      : [{ agent: agentOf(row.container), owner: "outside", processes: { main } }];
  });
}

async function startUnit(context: Context, container: string): Promise<void> {
  try {
    await context.systemd.start(container);
  } catch (error) {
    const [line] = await context.systemd.logs(container, 1, false).catch(() => []);
    const why = await whyNot(context, container);
    throw new HiveError("unavailable", line === undefined ? why : `${why}; its last line: ${line}`, {
      hint: `journalctl -u container@${container}`,
      cause: error,
    });
  }
}

async function whyNot({ systemd }: Context, container: string): Promise<string> {
  return endSentence(await systemd.find(container));
}

async function destroy(context: Context, place: AgentPlace): Promise<void> {
  const { systemd, dirs } = context;
  const container = containerOf(place.name);
  await systemd.stop(container, 0);
  await systemd.resetFailed(container);
  await removeFiles(dirs, container, context);
  await context.forgetSystem(place.name);
  removeDropIn(dirs.unit_dir, container);
  await systemd.reload();
}

/** Of the cgroup where the kernel counts for it, else of the processes themselves. */
async function stats({ systemd }: Context, run: Run): Promise<RunStats> {
  const counted = treeStats(Object.values(run.processes).map(({ pid }) => pid));
  const row = await systemd.find(containerOf(run.agent));
  return {
    processes: row?.tasks ?? counted.processes,
    rssBytes: row?.memoryBytes ?? counted.rssBytes,
    cpuSeconds: row?.cpuSeconds ?? counted.cpuSeconds,
  };
}
