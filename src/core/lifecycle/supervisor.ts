/**
 * All keepers together: what is remembered of starts, what happens when an agent crashes, and bringing back what
 * should run after a restart of the daemon or of the machine. What the operator asks for is lifecycle.ts.
 */
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../platform/log.ts";
import type { ProcessIdentity } from "../../platform/process.ts";
import type { RunResult } from "../../platform/run.ts";
import type { Env } from "../../platform/spawn.ts";
import { AgentConfig } from "../../wire/agent-config.ts";
import { HiveError } from "../../wire/errors.ts";
import type { AgentRegistry } from "../agents/agents.ts";
import type { HiveBroker } from "../broker/broker.ts";
import type { AgentRunRow, AgentStore } from "../db/stores/agents.ts";
import type { Writer } from "../db/tx.ts";
import type { Links, ReloadOptions, Timeline } from "../services.ts";
import { writeAgentJson } from "./agent-json.ts";
import type { Backend, ConfigDirs, ExecOptions, Run, StartedRun } from "./backend.ts";
import { findBackend } from "./choose-backend.ts";
import { configDirsOf, execAs, preparePlace } from "./exec-as.ts";
import { boundHarnessLog, lastWords, tailHarnessLog, tame } from "./harness-log.ts";
import { inOrder } from "./in-order.ts";
import { type Crash, createKeeper, type Keeper, type KeeperHooks } from "./keeper.ts";
import type { Observation } from "./keeper-state.ts";
import { watchMemory } from "./memory-watch.ts";
import { watchOutsiders } from "./outsiders.ts";
import { agentPlace, makePlace, type Roots } from "./place.ts";
import { preflight } from "./preflight.ts";

export interface SupervisorOptions {
  readonly agents: AgentRegistry;
  readonly store: AgentStore;
  readonly writer: Writer;
  readonly timeline: Pick<Timeline, "append">;
  readonly broker: Pick<HiveBroker, "enqueue" | "release" | "drop">;
  readonly links: Pick<Links, "register">;
  readonly clock: Clock;
  readonly log: Logger;
  /** A fresh tag for each start, e.g. a UUID. */
  readonly newOwner: () => string;
  readonly backends: readonly Backend[];
  readonly roots: Roots;
  /** The hive-ag3nt executable. */
  readonly harness: string;
  readonly claude?: string | undefined;
  /** Handed to every harness. */
  readonly harnessEnv: Env;
  /** Where programs are found. */
  readonly path: string;
  /** Name of the agent that hears about crashes. */
  readonly manager: string;
  /** Asks a connected harness to end by itself; false when it cannot be asked. */
  readonly requestShutdown: (name: string, options: { graceful: boolean; grace_seconds: number }) => boolean;
  /** Its harness holds its link. */
  readonly connected: (name: string) => boolean;
  /** How long a harness may take until it holds its link, milliseconds. */
  readonly bootGraceMs: number;
}

export interface Supervisor {
  keeper(name: string): Keeper;
  observe(name: string): Observation;
  needsRestart(name: string): boolean;
  reload(name: string, options?: ReloadOptions): Promise<void>;
  /** Stops and starts it; what would keep it from starting is found while it still runs. */
  restart(name: string): Promise<void>;
  exec(name: string, argv: readonly string[], options: ExecOptions): Promise<RunResult>;
  configDirs(name: string): ConfigDirs;
  /** The agent does not exist any more. */
  drop(name: string): Promise<void>;
  resume(): Promise<void>;
  close(options: { stopAgents: boolean }): Promise<void>;
}

const AT_ONCE = 4;
/**
 * Bun's collector looks at an idle heap every second; every ten halves the wake-ups of an idle harness. Neither
 * claude nor its commands inherit it.
 */
const QUIET: Env = { BUN_GC_TIMER_INTERVAL: "10000" };
const CRASH_LINES = 20;

/** With the configurations that agents were started with, as JSON. */
interface Supervised extends SupervisorOptions {
  readonly startedWith: Map<string, string>;
  readonly memory: ReturnType<typeof watchMemory>;
}

export function createSupervisor(given: SupervisorOptions): Supervisor {
  const options: Supervised = { ...given, startedWith: new Map(), memory: watchMemory(given) };
  const keepers = new Map<string, Keeper>();
  let closed = false;
  const keeper = (name: string): Keeper => {
    const known = keepers.get(name);
    if (known !== undefined) return known;
    if (closed) throw new HiveError("unavailable", "the hive is shutting down");
    const made = createKeeper({
      name,
      clock: options.clock,
      log: options.log,
      hooks: hooksFor(options, name),
      graceMs: options.bootGraceMs,
    });
    keepers.set(name, made);
    return made;
  };
  const outsiders = watchOutsiders({ ...options, keeper });
  const observe = (name: string): Observation =>
    keepers.get(name)?.observe() ?? { process: "stopped", restarts: 0 };
  const restart = async (name: string): Promise<void> => {
    await findBackend(options.agents.record(name).backend, options.backends).create(
      preparePlace(options, name),
    );
    const one = keeper(name);
    // Both are queued at once: nothing comes between them.
    await Promise.all([one.stop({ graceful: true }), one.start()]);
  };
  return {
    keeper,
    observe,
    needsRestart: (name) => observe(name).process === "running" && outdated(options, name),
    reload: async (name, { renewed } = { renewed: false }) => {
      writeAgentJson(agentPlace(options.roots, name), options.agents.get(name).config);
      // Also one that was given up: its limits may have been the reason.
      if (!(renewed || outdated(options, name)) || options.agents.get(name).expected !== "running") return;
      await restart(name);
    },
    restart,
    exec: (name, argv, how) => execAs(options, name, { argv, how }),
    configDirs: (name) => configDirsOf(options, name),
    drop: async (name) => {
      const gone = keepers.get(name);
      keepers.delete(name);
      options.startedWith.delete(name);
      await gone?.close();
    },
    resume: async () => {
      await resumeAll(options, keeper);
      outsiders.start();
    },
    close: async ({ stopAgents }) => {
      closed = true;
      outsiders.stop();
      const all = [...keepers.values()];
      if (stopAgents) await Promise.allSettled(all.map((one) => one.stop({ graceful: false })));
      await Promise.all(all.map((one) => one.close()));
    },
  };
}

function hooksFor(options: Supervised, name: string): KeeperHooks {
  const { agents, store, writer, roots } = options;
  const backend = (): Backend => findBackend(agents.record(name).backend, options.backends);
  const log = agentPlace(roots, name).log;
  return {
    start: () => startAgent(options, name, backend()),
    stop: async (run, graceMs) => {
      await backend().stop(run, { graceMs });
      await options.broker.release(name, "the agent's process ended");
    },
    alive: (run) => backend().alive(run),
    forget: () => writer.write((tx) => store.removeRun(tx, name), { essential: true }),
    requestShutdown: (how) => options.requestShutdown(name, how),
    crashed: (crash) => tellCrash(options, name, crash),
    tick: (run) => {
      boundHarnessLog(log);
      options
        .memory(backend(), run)
        .catch((error: unknown) => options.log.warn({ error, agent: name }, "not told"));
    },
    changed: () => agents.touch(name),
    lastLogLine: async () => lastWords((await agentLogs(options, name, 1))[0]),
    whyEnded: async (run) => (await backend().whyEnded?.(run)) ?? "the harness is gone",
    wanted: () => agents.has(name) && agents.record(name).expected === "running",
    harnessEnded: () => backend().capabilities.ownInit && !options.connected(name),
  };
}

/** The tag is stored before anything is started: no crash leaves a process that nobody would find. */
async function startAgent(options: Supervised, name: string, backend: Backend): Promise<StartedRun> {
  const { agents, store, writer, roots, harness } = options;
  const { claude } = preflight({ ...options, stateDir: roots.stateDir });
  const place = preparePlace(options, name);
  await backend.create(place);
  await options.links.register(name);
  const owner = options.newOwner();
  const started_at = options.clock.now();
  const { config } = agents.record(name);
  const row: AgentRunRow = { agent: name, owner, backend: backend.name, processes: "{}", started_at, config };
  await writer.write((tx) => store.putRun(tx, row));
  const { limits } = agents.get(name).config;
  options.startedWith.set(name, config);
  const run = await backend.start({
    place,
    owner,
    harness,
    claude,
    env: { ...QUIET, ...options.harnessEnv },
    limits,
  });
  try {
    const processes = JSON.stringify(run.processes);
    await writer.write((tx) => store.putRun(tx, { ...row, processes }), { essential: true });
    return run;
  } catch (error) {
    await backend.stop(run, { graceMs: 0 });
    throw error;
  }
}

/** Of the agent's own system where the backend has one, else of the file its harness writes to. */
export async function agentLogs(options: LogOptions, name: string, lines: number): Promise<string[]> {
  const place = agentPlace(options.roots, name);
  const backend = findBackend(options.agents.record(name).backend, options.backends);
  const own = await backend.logs?.(place, lines);
  return own?.map(tame) ?? tailHarnessLog(place.log, lines);
}

type LogOptions = Pick<SupervisorOptions, "agents" | "backends" | "roots">;

/** Limits are set by the start; everything else reaches a running harness over its link. */
function outdated({ agents, backends, startedWith }: Supervised, name: string): boolean {
  const before = startedWith.get(name);
  if (before === undefined || !agents.has(name)) return false;
  const { config, backend } = agents.record(name);
  if (!findBackend(backend, backends).capabilities.limits) return false;
  return limitsOf(before) !== limitsOf(config);
}

function limitsOf(config: string): string {
  return JSON.stringify(AgentConfig.parse(JSON.parse(config)).limits);
}

async function tellCrash(options: SupervisorOptions, name: string, crash: Crash): Promise<void> {
  const { writer, timeline, broker, agents, log } = options;
  const text = `agent "${name}" ${crash.givenUp ? "was given up" : "crashed"}: ${crash.reason}`;
  log.warn({ agent: name, given_up: crash.givenUp }, text);
  const to = options.manager !== name && agents.has(options.manager) ? options.manager : "operator";
  const lines = await agentLogs(options, name, CRASH_LINES);
  const body = [`container_crash: ${text}`, "", "Last lines of its log:", ...lines].join("\n");
  await writer.write(
    (tx) => {
      const level = crash.givenUp ? "error" : "warn";
      timeline.append(tx, { type: "notice", level, agent: name, text });
      // One message for a series: the first crash, and the giving up.
      if (crash.first || crash.givenUp) broker.enqueue(tx, { from: "system", to, body, origin: "system" });
    },
    { essential: true },
  );
}

async function resumeAll(options: Supervised, keeper: (name: string) => Keeper): Promise<void> {
  const { agents, store, log } = options;
  const runs = new Map(store.runs().map((row) => [row.agent, row]));
  for (const row of runs.values()) if (!agents.has(row.agent)) await endStray(options, row);
  await inOrder(agents.records(), AT_ONCE, async ({ name, expected }) => {
    try {
      const adopted = await takeOver(options, keeper(name), runs.get(name));
      if (adopted && expected === "stopped") await keeper(name).stop({ graceful: false });
      if (!adopted && expected === "running") await keeper(name).start();
    } catch (error) {
      log.warn({ error, agent: name }, `agent "${name}" could not be brought back`);
      keeper(name).fail(error);
    }
  });
}

async function takeOver(
  { roots, links, store, writer, startedWith }: Supervised,
  keeper: Keeper,
  row: AgentRunRow | undefined,
): Promise<boolean> {
  if (row === undefined) return false;
  const { agent } = row;
  makePlace(agentPlace(roots, agent));
  startedWith.set(agent, row.config);
  await links.register(agent);
  if (await keeper.adopt(toRun(row), row.started_at)) return true;
  await writer.write((tx) => store.removeRun(tx, agent), { essential: true });
  return false;
}

/** Left by an agent that was removed while the daemon crashed. */
async function endStray({ backends, store, writer }: SupervisorOptions, row: AgentRunRow): Promise<void> {
  await findBackend(row.backend, backends).stop(toRun(row), { graceMs: 0 });
  await writer.write((tx) => store.removeRun(tx, row.agent), { essential: true });
}

function toRun({ agent, owner, processes }: AgentRunRow): Run {
  return { agent, owner, processes: JSON.parse(processes) as Record<string, ProcessIdentity> };
}
