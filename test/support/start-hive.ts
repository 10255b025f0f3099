// A whole hive for a test, in one line: the real executables, the real claude, a scripted model, a fresh state
// directory. Everything it starts is bounded and gone at the end; when a test fails, the logs say why.
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { call } from "../../src/client/call.ts";
import type { Transport } from "../../src/client/transport.ts";
import { hostTransport } from "../../src/hivectl/connect.ts";
import type { AgentConfigInput } from "../../src/wire/agent-config.ts";
import type { CallInput, Endpoint, Output } from "../../src/wire/endpoint.ts";
import type { Snapshot } from "../../src/wire/events.ts";
import { operatorWire } from "../../src/wire/wire.ts";
import { coreProcess, tailOf } from "./hive-core.ts";
import { type HiveHttp, loginOverHttp } from "./hive-http.ts";
import { type HiveProcesses, hiveProcesses, kill9, TAG } from "./hive-processes.ts";
import { claudePath, type HivePrograms, hivePrograms } from "./hive-programs.ts";
import { type Follower, type Found, followHive, type HiveView } from "./hive-view.ts";
import type { RuleInput } from "./model-simulator/script.ts";
import { type ModelSimulator, startModelSimulator } from "./model-simulator/server.ts";

export interface HiveOptions {
  /** "process" unless told otherwise: fast, and needs nothing of the machine. */
  readonly backend?: "process" | "bubblewrap" | "auto";
  readonly rules?: readonly RuleInput[];
  /** Spawned, and waited for until they are idle. */
  readonly agents?: readonly { readonly name: string; readonly config?: AgentConfigInput }[];
  /** Taken over and left behind; otherwise a fresh one that goes at the end. */
  readonly stateDir?: string;
  /** Further settings of the daemon. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Further environment of each claude. */
  readonly claudeEnv?: Readonly<Record<string, string>>;
  /** Environment of the daemon; PATH is always there. */
  readonly env?: Readonly<Record<string, string>>;
  readonly login?: "api_key" | "oauth";
  /** The simulator keeps each request whole. */
  readonly keepBodies?: boolean;
  /** Instead of hive-c0re: a program that runs it. */
  readonly core?: string;
  /** False: the daemon is started by the test. */
  readonly start?: boolean;
}

export interface Hive extends AsyncDisposable {
  readonly stateDir: string;
  readonly socket: string;
  readonly port: number;
  readonly transport: Transport;
  readonly programs: HivePrograms;
  readonly simulator: ModelSimulator;
  readonly processes: HiveProcesses;
  readonly view: HiveView;
  call<E extends Endpoint>(endpoint: E, input: CallInput<E>): Promise<Output<E>>;
  /** As a browser does it, by a one-time link. */
  http(): Promise<HiveHttp>;
  snapshot(): Promise<Snapshot>;
  waitFor<T>(what: string, find: (view: HiveView) => Found<T>, timeoutMs?: number): Promise<T>;
  spawn(name: string, config?: AgentConfigInput): Promise<void>;
  /** Connected and idle. */
  idle(name: string, timeoutMs?: number): Promise<void>;
  startCore(timeoutMs?: number): Promise<void>;
  stopCore(): Promise<number | null>;
  readonly corePid: number | undefined;
  /** How many processes it hit. */
  kill9(target: "core" | { readonly agent: string } | { readonly claudeOf: string }): Promise<number>;
  /** Writes the settings file again, for the next start. */
  configure(settings: Readonly<Record<string, unknown>>): void;
  /** The ends of the logs, and where the hive stands. */
  log(): string;
}

const AGENT_READY_MS = 30_000;

export async function startHive(options: HiveOptions = {}): Promise<Hive> {
  const own = options.stateDir === undefined;
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), "hive-t-"));
  const simulator = await startModelSimulator({
    rules: options.rules ?? [],
    keepBodies: options.keepBodies ?? false,
    maxRequests: 1_000_000,
    maxSeconds: 3_600,
  });
  const hive = assemble({ options, stateDir, own, simulator, port: await freePort() });
  try {
    if (options.start !== false) await hive.startCore();
    for (const { name, config } of options.agents ?? []) await hive.spawn(name, config);
  } catch (error) {
    const story = hive.log();
    await hive[Symbol.asyncDispose]();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${story}`, { cause: error });
  }
  return hive;
}

interface Parts {
  readonly options: HiveOptions;
  readonly stateDir: string;
  readonly own: boolean;
  readonly simulator: ModelSimulator;
  readonly port: number;
}

function assemble({ options, stateDir, own, simulator, port }: Parts): Hive {
  const tag = randomUUID();
  const runtimeDir = join(stateDir, "run");
  const socket = join(runtimeDir, "host.sock");
  // Beside the state, not in it: what a test does to the state must not hit them.
  const scratch = mkdtempSync(join(tmpdir(), "hive-ts-"));
  const config = join(scratch, "settings.json");
  const logFile = join(scratch, "c0re.log");
  const programs = hivePrograms(join(scratch, "bin"));
  const processes = hiveProcesses(tag);
  const transport = hostTransport([socket]);
  const settings = {
    state_dir: stateDir,
    runtime_dir: runtimeDir,
    port,
    backend: options.backend ?? "process",
    harness_path: programs.harness,
    claude_path: claudePath(),
    claude_env: {
      ...simulator.env(options.login === "oauth" ? { login: "oauth" } : {}),
      [TAG]: tag,
      ...options.claudeEnv,
    },
    stop_agents_on_exit: true,
    ...options.settings,
  };
  const configure = (more: Readonly<Record<string, unknown>>): void =>
    writeFileSync(config, JSON.stringify({ ...settings, ...more }), { mode: 0o600 });
  configure({});
  const env = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: scratch,
    LANG: "C.UTF-8",
    ...options.env,
  };
  const core = coreProcess({ program: options.core ?? programs.core, config, logFile, transport, env });
  const log = (): string => story({ logFile, stateDir, core: core.running, simulator, view: follower?.view });
  let follower: Follower | undefined = followHive(transport, log);
  const { view, waitFor } = follower;
  const dispose = async (): Promise<void> => {
    await follower?.stop();
    follower = undefined;
    await core.stop(15_000);
    processes.killAll();
    await simulator.stop();
    rmSync(scratch, { recursive: true, force: true });
    if (own) rmSync(stateDir, { recursive: true, force: true, maxRetries: 3 });
  };
  const base = `http://127.0.0.1:${port}`;
  const hive: Hive = {
    ...{ stateDir, socket, port, transport, programs, simulator, processes, view, waitFor, configure, log },
    call: (endpoint, input) => call(transport, endpoint, input),
    http: () => loginOverHttp(base, transport),
    snapshot: async () => (await call(transport, operatorWire.snapshot, {})).snapshot,
    spawn: (name, agentConfig) => spawnAgent(hive, name, agentConfig),
    idle: (name, timeoutMs = AGENT_READY_MS) => untilIdle(hive, name, timeoutMs),
    startCore: core.start,
    stopCore: () => core.stop(),
    get corePid() {
      return core.pid;
    },
    kill9: async (target) => {
      if (target !== "core") return killAgent(processes, target);
      await core.kill9();
      return 1;
    },
    [Symbol.asyncDispose]: dispose,
  };
  return hive;
}

function killAgent(
  processes: HiveProcesses,
  target: { readonly agent: string } | { readonly claudeOf: string },
): number {
  const hit = "agent" in target ? processes.harness(target.agent) : processes.claudes(target.claudeOf);
  return hit.filter(({ pid }) => kill9(pid)).length;
}

async function spawnAgent(hive: Hive, name: string, config: AgentConfigInput = {}): Promise<void> {
  const { operation_id } = await hive.call(operatorWire.spawn, { name, config });
  await hive.waitFor(
    `the spawn of "${name}" has ended`,
    ({ operations }) => {
      const operation = operations.get(operation_id);
      if (operation?.state === "failed")
        throw new Error(`spawn of "${name}": ${operation.error}\n${hive.log()}`);
      return operation?.state === "done";
    },
    AGENT_READY_MS,
  );
  await hive.idle(name);
}

async function untilIdle(hive: Hive, name: string, timeoutMs: number): Promise<void> {
  await hive.waitFor(
    `"${name}" is idle`,
    ({ agents }) => {
      const row = agents.get(name);
      return row?.connected === true && row.state?.kind === "idle" && row.queued === 0 && row.in_turn === 0;
    },
    timeoutMs,
  );
}

interface Story {
  readonly logFile: string;
  readonly stateDir: string;
  readonly core: boolean;
  readonly simulator: ModelSimulator;
  readonly view: HiveView | undefined;
}

function story({ logFile, stateDir, core, simulator, view }: Story): string {
  const agents = [...(view?.agents.values() ?? [])].map(
    ({ name, process, reason, connected, state, queued, in_turn }) =>
      `  ${name}: ${process}${reason === undefined ? "" : ` (${reason})`}, connected ${connected}, ${JSON.stringify(state)}, queued ${queued}, in turn ${in_turn}`,
  );
  const messages = [...(view?.messages.values() ?? [])]
    .slice(-12)
    .map(
      (m) =>
        `  ${m.id} ${m.from}→${m.to} ${m.state} ${m.reason ?? ""} ${JSON.stringify(m.body.slice(0, 60))}`,
    );
  const requests = simulator.requests
    .slice(-8)
    .map((r) => `  ${r.agent} ${r.rule} ${r.outcome} ${JSON.stringify(r.lastUser.slice(-120))}`);
  return [
    `-- hive-c0re (${core ? "running" : "not running"})`,
    tailOf(logFile, 25),
    ...harnessLogs(stateDir).flatMap((file) => [`-- ${file}`, tailOf(file, 12)]),
    ...["-- agents", ...agents, "-- messages", ...messages, "-- model", ...requests],
  ].join("\n");
}

function harnessLogs(stateDir: string): string[] {
  const agents = join(stateDir, "agents");
  if (!existsSync(agents)) return [];
  const folders = readdirSync(agents).map((name) => join(agents, name, "log"));
  return folders.flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [],
  );
}

/** Fixed for the life of the hive, so that a stream finds it again after a restart. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
