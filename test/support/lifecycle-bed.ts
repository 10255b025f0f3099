/** Registry, operations, lifecycle and approvals over a real database, with a fake backend and a manual clock. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AgentRegistry, createAgents } from "../../src/core/agents/agents.ts";
import { createApprovals } from "../../src/core/approvals/approvals.ts";
import { appliedRepo } from "../../src/core/config/applied.ts";
import { type Config, createConfig } from "../../src/core/config/config.ts";
import { embeddedTarget } from "../../src/core/config/embedded-target.ts";
import { noMetaUpdates } from "../../src/core/config/meta-update.ts";
import type { DeployTarget } from "../../src/core/config/target.ts";
import { agentStore } from "../../src/core/db/stores/agents.ts";
import { approvalStore } from "../../src/core/db/stores/approvals.ts";
import { operationStore } from "../../src/core/db/stores/operations.ts";
import type { Backend } from "../../src/core/lifecycle/backend.ts";
import { createLifecycle } from "../../src/core/lifecycle/lifecycle.ts";
import { agentPlace, isDirectory } from "../../src/core/lifecycle/place.ts";
import { createOperations, type OperationRunner } from "../../src/core/operations/operations.ts";
import type { Approvals, Lifecycle, LinkObservation } from "../../src/core/services.ts";
import type { Clock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/platform/log.ts";
import type { HiveEventData } from "../../src/wire/events.ts";
import { type BrokerBed, openBrokerAt } from "./broker-bed.ts";
import { type FakeBackend, fakeBackend } from "./fake-backend.ts";

export interface LifecycleBed {
  readonly bed: BrokerBed;
  readonly dir: string;
  readonly backend: FakeBackend;
  readonly agents: AgentRegistry;
  readonly lifecycle: Lifecycle;
  readonly operations: OperationRunner;
  readonly approvals: Approvals;
  readonly config: Config;
  /** What the harnesses say; absent: not connected. */
  readonly links: Map<string, LinkObservation>;
  /** Sockets that are open. */
  readonly sockets: Set<string>;
  /** Shutdowns asked for. */
  readonly shutdowns: { name: string; graceful: boolean; grace_seconds: number }[];
  readonly events: HiveEventData[];
  readonly settings: string[];
  /** A spawned agent that runs. */
  spawn(name: string, prompt?: string): Promise<void>;
  /** The daemon is gone, its agents live; another one opens the same state. `restart` with resume is up to the test. */
  restart(): LifecycleBed;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface LifecycleBedOptions {
  readonly claude?: string;
  readonly harness?: string;
  readonly backends?: (fake: FakeBackend) => readonly Backend[];
  /** Wraps what a deploy does besides storing. */
  readonly target?: (embedded: DeployTarget) => DeployTarget;
  /** Stands between the configuration flow and what it works with. */
  readonly wrap?: <T extends object>(name: string, part: T) => T;
  /** Real time, for real processes. */
  readonly clock?: Clock;
}

export function lifecycleBed(options: LifecycleBedOptions = {}): LifecycleBed {
  const dir = mkdtempSync(join(tmpdir(), "hive-lifecycle-"));
  const harness = join(dir, "harness");
  writeFileSync(harness, "#!/bin/sh\nexit 0\n");
  chmodSync(harness, 0o755);
  mkdirSync(join(dir, "run"));
  return build({ ...options, dir, backend: fakeBackend(), bed: openBrokerAt(dir, { names: [] }), harness });
}

interface Parts extends LifecycleBedOptions {
  readonly dir: string;
  readonly backend: FakeBackend;
  readonly bed: BrokerBed;
  readonly harness: string;
}

function build(parts: Parts): LifecycleBed {
  const { dir, bed, backend } = parts;
  const { db, timeline, audit } = bed;
  const common = { writer: db.writer, timeline, audit, clock: parts.clock ?? bed.clock, log: silentLogger };
  const roots = { stateDir: dir, runtimeDir: join(dir, "run") };
  const seen: Seen = { links: new Map(), sockets: new Set(), shutdowns: [], events: [], settings: [] };
  timeline.onEvent(({ data }) => void seen.events.push(data));
  const operations = createOperations({ ...common, store: operationStore(db), newId: bed.ids });
  const agents: AgentRegistry = createAgents({
    ...common,
    store: agentStore(db),
    domain: "hive.example",
    onSettings: (name) => void seen.settings.push(name),
    sources: {
      link: (name) => seen.links.get(name) ?? { connected: false },
      process: (name) => lifecycle.observe(name),
      counts: (name) => bed.broker.counts(name),
      pendingReminders: (name) => bed.reminders.pendingCount(name),
      costToday: () => 0,
      contextTokens: () => undefined,
      needsRestart: (name) => lifecycle.needsRestart(name),
      isolated: () => true,
    },
  });
  const lifecycle: Lifecycle = createLifecycle({
    ...common,
    agents,
    operations,
    store: agentStore(db),
    broker: bed.broker,
    links: {
      register: async (name) => void seen.sockets.add(name),
      unregister: async (name) => void seen.sockets.delete(name),
    },
    newOwner: () => crypto.randomUUID(),
    backends: parts.backends?.(backend) ?? [backend],
    defaultBackend: parts.backends?.(backend)[0] ?? backend,
    roots,
    harness: parts.harness,
    claude: parts.claude ?? "/bin/sh",
    harnessEnv: {},
    path: "/usr/bin:/bin",
    manager: "hm1nd",
    bootGraceMs: 30_000,
    connected: (name) => seen.links.get(name)?.connected ?? false,
    requestShutdown: (name, how) => {
      seen.shutdowns.push({ name, ...how });
      return seen.links.get(name)?.connected ?? false;
    },
  });
  const config = configOf(parts, { ...common, agents, roots, lifecycle, settings: seen.settings });
  const approvals = createApprovals({
    ...common,
    store: approvalStore(db),
    broker: bed.broker,
    operations,
    services: { lifecycle, schedules: bed.schedules, agents, operations, config, meta: noMetaUpdates() },
    stateDirExists: (name) => isDirectory(agentPlace(roots, name).state),
  });
  return {
    ...{ bed, dir, backend, agents, lifecycle, operations, approvals, config, ...seen },
    spawn: (name, prompt) => spawnWith({ lifecycle, operations, bed }, name, prompt),
    restart: () => {
      agents.close();
      lifecycle.close({ stopAgents: false }).catch(() => {});
      return build({ ...parts, bed: bed.restart() });
    },
    [Symbol.asyncDispose]: async () => {
      agents.close();
      // Nobody answers a request to shut down, and the clock stands.
      seen.links.clear();
      await lifecycle.close({ stopAgents: true });
      bed[Symbol.dispose]();
      if (existsSync(dir)) rmSync(dir, { recursive: true, force: true });
    },
  };
}

type ConfigParts = Pick<
  Parameters<typeof createConfig>[0],
  "agents" | "writer" | "timeline" | "audit" | "clock" | "log" | "roots"
> & { readonly lifecycle: Lifecycle; readonly settings: string[] };

function configOf(parts: Parts, { lifecycle, settings, ...common }: ConfigParts): Config {
  const embedded = embeddedTarget({ lifecycle, settingsChanged: (name) => void settings.push(name) });
  const wrap = parts.wrap ?? ((_name, part) => part);
  const target = wrap("target", parts.target?.(embedded) ?? embedded);
  return createConfig({
    ...common,
    writer: wrap("writer", common.writer),
    cages: wrap("cages", lifecycle),
    openRepo: (path) => wrap("repo", appliedRepo(path)),
    target: () => target,
  });
}

type Seen = {
  -readonly [K in "links" | "sockets" | "shutdowns" | "events" | "settings"]: LifecycleBed[K];
};

async function spawnWith(
  { lifecycle, operations, bed }: Pick<LifecycleBed, "lifecycle" | "operations" | "bed">,
  name: string,
  prompt?: string,
): Promise<void> {
  bed.names.push(name);
  const { SpawnInput } = await import("../../src/wire/agents.ts");
  const role = name === "hm1nd" ? "manager" : "agent";
  const input = SpawnInput.parse({ name, prompt, config: { role } });
  const { operation_id } = await lifecycle.spawn({ kind: "operator", via: "host", who: "test" }, input);
  const end = await finishedOperation(operations, operation_id);
  if (end.error !== undefined) throw new Error(end.error);
}

/** The operation at its end. */
export async function finishedOperation(operations: OperationRunner, id: string) {
  for await (const operation of operations.watch(id, AbortSignal.timeout(10_000))) {
    if (operation.state !== "running") return operation;
  }
  throw new Error(`operation ${id} did not end`);
}

/** Waits for something that happens in its own time; throws after five seconds. */
export async function until(what: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!what()) {
    if (performance.now() > deadline) throw new Error(`did not come true: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
