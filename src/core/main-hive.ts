/**
 * The composition root: everything is built here, once, in the order in which it depends on each other, and taken
 * down in the reverse. A failure on the way undoes what was done. Nothing here decides anything.
 */
import { join } from "node:path";
import process from "node:process";
import { newRevert, type Revert } from "../lib/revert.ts";
import { ensureDir } from "../platform/atomic-file.ts";
import { createTickets, ticketKey } from "./auth/tickets.ts";
import { createRefuse } from "./doors/refuse.ts";
import { createAgentParts } from "./main-agents.ts";
import { createBrokerParts } from "./main-broker.ts";
import { openDoors } from "./main-doors.ts";
import type { HiveOptions } from "./main-given.ts";
import { createLinkParts } from "./main-links.ts";
import { createNotifyPart } from "./main-notify.ts";
import type { HiveParts } from "./main-parts.ts";
import { claimStateDir } from "./main-state-dir.ts";
import type { Agents } from "./services.ts";

export interface RunningHive {
  /** Root of the dashboard. */
  readonly url: string;
  readonly socket: string;
  close(): Promise<void>;
}

export async function startHive(options: HiveOptions): Promise<RunningHive> {
  const revert = newRevert();
  try {
    return await build(options, revert);
  } catch (error) {
    await revert.fail();
    throw error;
  }
}

async function build(options: HiveOptions, revert: Revert): Promise<RunningHive> {
  const { settings, clock, log } = options;
  const lock = claimStateDir(settings.state_dir);
  revert.add(lock.release);
  makeRuntimeDir(settings.runtime_dir);

  const late: { agents?: Agents; port: number } = { port: settings.port };
  const broker = createBrokerParts({ ...options, agents: () => existing(late.agents) });
  revert.add(broker.db.close);
  const tickets = createTickets({ privateKey: ticketKey(settings.state_dir), clock, newId: broker.ids });
  const refuse = createRefuse({ log, newId: broker.ids });
  const { links, answerWith } = createLinkParts({
    ...options,
    broker,
    tickets,
    refuse,
    port: () => late.port,
  });
  const agents = await createAgentParts({ ...options, broker, links });
  late.agents = agents.agents;
  answerWith(agents);

  const notify = createNotifyPart({ ...options, broker, agents, port: () => late.port });

  const stopping = new AbortController();
  const parts: HiveParts = { ...options, broker, agents, links, tickets, notify };
  revert.add(() => stopping.abort());
  wireTogether(parts);
  const doors = await openDoors(parts, refuse);
  late.port = doors.port;
  revert.add(doors.close);
  revert.add(links.close);
  revert.add(() => agents.lifecycle.close({ stopAgents: settings.stop_agents_on_exit }));
  startWork(parts, stopping.signal);
  await agents.operations.resume();
  await agents.config.sweep();
  await agents.systems.settle();
  await agents.lifecycle.resume();
  // What was cut off is mended in the background: a build takes longer than systemd waits for a start.
  await agents.approvals.resume();
  revert.success();
  const running = { stopping, doors, releaseLock: lock.release };
  return { url: doors.url, socket: doors.socket, close: () => close(parts, running) };
}

function existing<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("the agents are asked for before they are built");
  return part;
}

/** Private to the hive's user; below /run, where the admins' group passes through to the admin socket, searchable. */
function makeRuntimeDir(path: string): void {
  ensureDir(path, process.getuid?.() === 0 && path.startsWith("/run/") ? 0o751 : 0o700);
  ensureDir(join(path, "agents"), 0o700);
}

/** Who listens to whom. */
function wireTogether({ broker, agents, links, log }: HiveParts): void {
  const registry = agents.agents;
  broker.broker.onUrgent(({ agent, lease_id, messages }) => {
    links.push(agent, { push: "urgent", lease_id, messages });
  });
  broker.broker.setGate((agent) => {
    if (!registry.has(agent)) return "it does not exist";
    return registry.record(agent).paused === 0 ? undefined : "it is paused";
  });
  broker.timeline.onEvent(({ data }) => {
    if (data.type === "agent") links.refresh(data.agent.name);
    // Counts in an agent's row follow its messages.
    if (data.type === "message" && registry.has(data.message.to)) registry.touch(data.message.to);
    if (data.type === "turn" && registry.has(data.usage.agent)) registry.touch(data.usage.agent);
    if (data.type === "reminder" && registry.has(data.reminder.agent)) registry.touch(data.reminder.agent);
    if (data.type !== "agent_removed") return;
    const dropped = broker.broker.drop(data.name, "the agent was removed");
    dropped.catch((error: unknown) =>
      log.error({ error, agent: data.name }, "its messages could not be failed"),
    );
  });
}

function startWork({ broker, notify }: HiveParts, stopping: AbortSignal): void {
  broker.db.start(stopping);
  broker.broker.start(stopping);
  broker.questions.start(stopping);
  broker.reminders.start(stopping);
  broker.schedules.start(stopping);
  notify.start(stopping);
}

interface Running {
  readonly stopping: AbortController;
  readonly doors: { close(): Promise<void> };
  readonly releaseLock: () => void;
}

/** New requests first, agents next (they still report over their links), the database last. */
async function close(parts: HiveParts, { stopping, doors, releaseLock }: Running): Promise<void> {
  const { settings, agents, links, broker, log } = parts;
  const step = async (what: string, work: () => Promise<void> | void): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.error({ error }, `${what} failed while stopping`);
    }
  };
  await step("closing the doors", doors.close);
  await step("stopping the agents", () =>
    agents.lifecycle.close({ stopAgents: settings.stop_agents_on_exit }),
  );
  await step("ending operations", agents.operations.close);
  stopping.abort();
  await step("closing the links", links.close);
  agents.agents.close();
  await step("closing the database", broker.db.close);
  releaseLock();
}
