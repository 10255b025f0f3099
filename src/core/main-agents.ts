/** Builds what runs agents: backends, registry, operations, lifecycle, approvals. */
import { randomUUID } from "node:crypto";
import type { HiveInfo } from "../wire/events.ts";
import type { AgentRegistry } from "./agents/agents.ts";
import { createAgents } from "./agents/agents.ts";
import { createApprovals } from "./approvals/approvals.ts";
import { appliedRepo } from "./config/applied.ts";
import { type Config, createConfig } from "./config/config.ts";
import { containerTarget } from "./config/container-target.ts";
import { embeddedTarget } from "./config/embedded-target.ts";
import type { MetaAgent } from "./config/meta-flake.ts";
import type { MetaSystems } from "./config/meta-systems.ts";
import { metaUpdates, noMetaUpdates } from "./config/meta-update.ts";
import { agentStore } from "./db/stores/agents.ts";
import { approvalStore } from "./db/stores/approvals.ts";
import { operationStore } from "./db/stores/operations.ts";
import type { Backend } from "./lifecycle/backend.ts";
import { bubblewrapBackend } from "./lifecycle/backends/bubblewrap/bubblewrap.ts";
import { processBackend } from "./lifecycle/backends/process.ts";
import { chooseBackend } from "./lifecycle/choose-backend.ts";
import { createLifecycle, type LifecycleOptions } from "./lifecycle/lifecycle.ts";
import { agentPlace, isDirectory, type Roots } from "./lifecycle/place.ts";
import type { LinkRegistry } from "./links/links.ts";
import type { BrokerParts } from "./main-broker.ts";
import { type Containers, createContainers } from "./main-containers.ts";
import type { HiveOptions } from "./main-given.ts";
import { claudePath, harnessPath } from "./main-programs.ts";
import { createOperations, type OperationRunner } from "./operations/operations.ts";
import type { Approvals, Lifecycle } from "./services.ts";
import type { Settings } from "./settings.ts";

export interface AgentParts {
  readonly agents: AgentRegistry;
  readonly lifecycle: Lifecycle;
  readonly operations: OperationRunner;
  readonly approvals: Approvals;
  readonly config: Config;
  readonly systems: Pick<MetaSystems, "settle">;
  /** What agents get that ask for no other; `warning` when it does not isolate. */
  readonly backend: {
    readonly name: string;
    readonly isolated: boolean;
    readonly warning: string | undefined;
  };
  readonly backends: HiveInfo["backends"];
  readonly claude: string | undefined;
}

export interface AgentPartsOptions extends HiveOptions {
  readonly broker: BrokerParts;
  readonly links: LinkRegistry;
}

export async function createAgentParts(options: AgentPartsOptions): Promise<AgentParts> {
  const { settings, clock, log, env, broker } = options;
  const { db, timeline, ids: newId } = broker;
  const late: { lifecycle?: Lifecycle; agents?: AgentRegistry } = {};
  const inContainers = (): readonly MetaAgent[] => applied(settings, late.agents, containers.backend.name);
  const containers: Containers = createContainers({ ...options, agents: inContainers });
  const { systems } = containers;
  const backends = allBackends(options, containers);
  const { backend, warning } = await chooseBackend(settings.backend, backends);
  if (warning !== undefined) log.warn({ backend: backend.name }, warning);
  const { writer } = db;
  const operations = createOperations({ store: operationStore(db), writer, timeline, clock, newId, log });
  const agents = createRegistry(options, backends, () => late.lifecycle);
  const lifecycle = createLifecycle(lifecycleOptions(options, { agents, operations, backends, backend }));
  late.lifecycle = lifecycle;
  late.agents = agents;
  const roots = rootsOf(settings);
  const told = { lifecycle, settingsChanged: (name: string) => settingsChanged(options, name) };
  const targets = { own: containerTarget({ ...told, systems }), shared: embeddedTarget(told) };
  const config = createConfig({
    ...{ agents, writer, timeline, roots, clock, log },
    audit: broker.audit,
    cages: lifecycle,
    openRepo: appliedRepo,
    target: (name) => targets[agents.record(name).backend === containers.backend.name ? "own" : "shared"],
  });
  const onNix = backend === containers.backend;
  const meta = onNix
    ? metaUpdates({ inputs: systems.inputs, agents: inContainers, lifecycle })
    : noMetaUpdates();
  const approvals = createApprovals({
    ...broker,
    store: approvalStore(db),
    writer,
    operations,
    services: { lifecycle, agents, operations, config, meta, schedules: broker.schedules },
    clock,
    log,
    stateDirExists: (name) => isDirectory(agentPlace(roots, name).state),
  });
  return {
    agents,
    lifecycle,
    operations,
    approvals,
    config,
    systems,
    backend: { name: backend.name, isolated: backend.capabilities.isolated, warning },
    backends: backends.map(({ name, capabilities: { isolated, packages } }) => ({
      name,
      isolated,
      packages,
    })),
    claude: claudePath(settings, env),
  };
}

function rootsOf({ state_dir, runtime_dir }: Settings): Roots {
  return { stateDir: state_dir, runtimeDir: runtime_dir };
}

/** What the meta flake is to say. */
function applied(
  settings: Settings,
  agents: AgentRegistry | undefined,
  backend: string,
): readonly MetaAgent[] {
  const mine = (agents?.records() ?? []).filter((record) => record.backend === backend);
  return mine.map(({ name, deployed_sha: sha }) => {
    const repository = agentPlace(rootsOf(settings), name).applied;
    return sha === null ? { name } : { name, applied: { repository, sha } };
  });
}

/** Best first. */
function allBackends(options: HiveOptions, containers: Containers): readonly Backend[] {
  const { settings, clock, env } = options;
  const path = env["PATH"] ?? "";
  const home = env["HOME"] ?? "/";
  const privatePlaces = [settings.state_dir, settings.runtime_dir, ...(home === "/" ? [] : [home])];
  return [
    containers.backend,
    bubblewrapBackend({ clock, path, privatePlaces }),
    processBackend({ clock, path }),
  ];
}

function createRegistry(
  { settings, clock, log, broker, links }: AgentPartsOptions,
  backends: readonly Backend[],
  lifecycle: () => Lifecycle | undefined,
): AgentRegistry {
  const { db, timeline, audit, usage, reminders } = broker;
  const isolating = new Set(backends.filter((one) => one.capabilities.isolated).map((one) => one.name));
  return createAgents({
    store: agentStore(db),
    writer: db.writer,
    timeline,
    audit,
    clock,
    log,
    domain: settings.domain,
    sources: {
      link: links.observe,
      process: (name) => lifecycle()?.observe(name) ?? { process: "stopped", restarts: 0 },
      counts: (name) => broker.broker.counts(name),
      pendingReminders: (name) => reminders.pendingCount(name),
      costToday: (name) => usage.costToday(name),
      contextTokens: (name) => usage.contextTokens(name),
      needsRestart: (name) => lifecycle()?.needsRestart(name) ?? false,
      isolated: (name) => isolating.has(name),
    },
    onSettings: (name) => settingsChanged({ broker, links }, name),
  });
}

/** The harness and the broker want to know at once. */
function settingsChanged({ broker, links }: Pick<AgentPartsOptions, "broker" | "links">, name: string): void {
  links.refresh(name);
  broker.broker.wake(name);
}

interface LifecycleParts {
  readonly agents: AgentRegistry;
  readonly operations: OperationRunner;
  readonly backends: readonly Backend[];
  readonly backend: Backend;
}

function lifecycleOptions(
  { settings, clock, log, env, broker, links }: AgentPartsOptions,
  { agents, operations, backends, backend }: LifecycleParts,
): LifecycleOptions {
  const { db, timeline, audit } = broker;
  return {
    agents,
    operations,
    backends,
    defaultBackend: backend,
    store: agentStore(db),
    writer: db.writer,
    timeline,
    audit,
    broker: broker.broker,
    links,
    clock,
    log,
    newOwner: randomUUID,
    roots: rootsOf(settings),
    harness: harnessPath(settings),
    claude: settings.claude_path,
    harnessEnv: settings.claude_env,
    path: env["PATH"] ?? "",
    manager: settings.manager,
    bootGraceMs: settings.limits.boot_grace_seconds * 1_000,
    connected: (name) => links.observe(name).connected,
    requestShutdown: (name, how) => links.push(name, { push: "shutdown", ...how }),
  };
}
