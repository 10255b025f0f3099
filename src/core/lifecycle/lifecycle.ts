/**
 * What can be done to an agent as a whole: spawn, start, stop, restart, destroy. What is wanted is stored first;
 * the keepers see to it.
 */
import { newRevert } from "../../lib/revert.ts";
import { HiveError } from "../../wire/errors.ts";
import { isAgentName } from "../../wire/ids.ts";
import type { AgentRecord } from "../db/stores/agents.ts";
import type { Tx } from "../db/tx.ts";
import type { OperationRunner } from "../operations/operations.ts";
import type { Actor, Audit, Lifecycle, Links, OperationHandle } from "../services.ts";
import { actorName } from "../services.ts";
import { removeAgentJson } from "./agent-json.ts";
import type { Backend } from "./backend.ts";
import { findBackend } from "./choose-backend.ts";
import { inOrder } from "./in-order.ts";
import { missingPackages } from "./missing-packages.ts";
import { agentPlace, makePlace } from "./place.ts";
import { preflight } from "./preflight.ts";
import { purgeTree, removeEmpty } from "./purge.ts";
import { checkNewName } from "./spawn-checks.ts";
import { agentLogs, createSupervisor, type Supervisor, type SupervisorOptions } from "./supervisor.ts";

export interface LifecycleOptions extends SupervisorOptions {
  readonly links: Pick<Links, "register" | "unregister">;
  readonly audit: Audit;
  readonly operations: OperationRunner;
  /** For agents that do not ask for another. */
  readonly defaultBackend: Backend;
}

/** Ask for more work at once and a small machine stands still. */
const AT_ONCE = 4;
/** Callers wait this long; published clients give up after five seconds. The work goes on. */
const ANSWER_MS = 4_000;

type SpawnInput = Parameters<Lifecycle["spawn"]>[1];
type Context = LifecycleOptions & { readonly supervisor: Supervisor; readonly naming: Set<string> };

export function createLifecycle(options: LifecycleOptions): Lifecycle {
  const supervisor = createSupervisor(options);
  const context: Context = { ...options, supervisor, naming: new Set() };
  const { agents } = options;
  return {
    spawn: (actor, input) => spawn(context, actor, input),
    start: async (actor, names) => {
      preflight({ ...options, stateDir: options.roots.stateDir });
      await want(context, { actor, names, expected: "running" });
      const all = inOrder(names, AT_ONCE, (name) => supervisor.keeper(name).start());
      await answerSoon(context, all);
    },
    stop: async (actor, names, graceful) => {
      await want(context, { actor, names, expected: "stopped" });
      const all = Promise.all(names.map((name) => supervisor.keeper(name).stop({ graceful })));
      await answerSoon(context, all);
    },
    restart: async (actor, name) => {
      preflight({ ...options, stateDir: options.roots.stateDir });
      await want(context, { actor, names: [name], expected: "running", action: "restart" });
      await answerSoon(context, supervisor.restart(name));
    },
    destroy: async (actor, { name, purge }) => {
      agents.record(name);
      const begun = await options.writer.write((tx) => {
        audit(context, tx, { actor, action: "destroy", target: name, detail: { purge } });
        agents.change(tx, name, { expected: "stopped" });
        return options.operations.begin(tx, "destroy", name);
      });
      inBackground(
        context,
        begun.start((op) => destroyWork(context, op, { name, purge })),
      );
      return { operation_id: begun.id };
    },
    logs: async (name, lines) => {
      agents.record(name);
      return agentLogs(options, name, lines);
    },
    observe: supervisor.observe,
    needsRestart: supervisor.needsRestart,
    reload: supervisor.reload,
    exec: (name, argv, how) => supervisor.exec(name, argv, how),
    configDirs: (name) => supervisor.configDirs(name),
    resume: async () => {
      await registerAll(context);
      await supervisor.resume();
      for (const { name } of agents.records()) await deliverPrompt(context, name);
    },
    close: supervisor.close,
  };
}

/** Also agents that are not to run get their place and socket: a start is then only a start. */
async function registerAll({ agents, links, log, roots }: Context): Promise<void> {
  await inOrder(agents.records(), AT_ONCE, async ({ name }) => {
    try {
      makePlace(agentPlace(roots, name));
      await links.register(name);
    } catch (error) {
      log.error({ error, agent: name }, `the socket of agent "${name}" could not be opened`);
    }
  });
}

interface Want {
  readonly actor: Actor;
  readonly names: readonly string[];
  readonly expected: AgentRecord["expected"];
  readonly action?: string;
}

async function want(context: Context, { actor, names, expected, action }: Want): Promise<void> {
  for (const name of names) context.agents.record(name);
  const verb = action ?? (expected === "running" ? "start" : "stop");
  await context.writer.write(
    (tx) => {
      for (const name of names) {
        context.agents.change(tx, name, { expected });
        audit(context, tx, { actor, action: verb, target: name });
        const text = `${verb} of agent "${name}" asked for by ${actorName(actor)}`;
        context.timeline.append(tx, { type: "notice", level: "info", agent: name, text });
      }
    },
    { essential: true },
  );
}

function audit(context: Context, tx: Tx, entry: Parameters<Audit["append"]>[1]): void {
  context.audit.append(tx, entry);
}

function inBackground({ log }: Context, work: Promise<unknown>): void {
  work.catch((error: unknown) => log.warn({ error }, "work on an agent ended badly"));
}

async function answerSoon(context: Context, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  const late = context.clock.sleep(ANSWER_MS, done.signal).catch(() => {});
  inBackground(context, work);
  try {
    await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}

async function spawn(context: Context, actor: Actor, input: SpawnInput): Promise<{ operation_id: string }> {
  const { agents, naming, writer, clock } = context;
  const { name } = input;
  checkNewName(name, [...agents.names(), ...naming]);
  const backend = await backendFor(context, input.backend);
  preflight({ ...context, stateDir: context.roots.stateDir });
  naming.add(name);
  try {
    const begun = await writer.write((tx) => {
      agents.add(tx, newRecord(input, { backend, actor, created_at: clock.now() }));
      audit(context, tx, { actor, action: "spawn", target: name, detail: { backend: backend.name } });
      return context.operations.begin(tx, "spawn", name);
    });
    inBackground(
      context,
      begun.start((op) => spawnWork(context, op, { name, backend })),
    );
    return { operation_id: begun.id };
  } finally {
    naming.delete(name);
  }
}

async function backendFor({ backends, defaultBackend }: Context, name = "auto"): Promise<Backend> {
  if (name === "auto" || name === defaultBackend.name) return defaultBackend;
  const backend = findBackend(name, backends);
  const reason = await backend.probe();
  if (reason === undefined) return backend;
  throw new HiveError("unsupported", `backend "${name}" does not work here: ${reason}`, {
    hint: "leave the backend out",
  });
}

function newRecord(
  { name, config, prompt }: SpawnInput,
  { backend, actor, created_at }: { backend: Backend; actor: Actor; created_at: number },
): AgentRecord {
  return {
    name,
    config: JSON.stringify(config),
    backend: backend.name,
    expected: "running",
    paused: 0,
    model: null,
    effort: null,
    status_text: null,
    status_set_at: null,
    first_prompt: prompt ?? null,
    deployed_sha: null,
    deployed_id: null,
    created_by: actorName(actor),
    created_at,
  };
}

async function spawnWork(
  context: Context,
  op: OperationHandle,
  { name, backend }: { name: string; backend: Backend },
): Promise<void> {
  const { agents, writer, links, supervisor, roots } = context;
  await using revert = newRevert();
  revert.add(() => writer.write((tx) => agents.remove(tx, name), { essential: true }));
  revert.add(() => supervisor.drop(name));
  op.step("making its directories", 0.1);
  const place = agentPlace(roots, name);
  const made = makePlace(place);
  revert.add(() => made.toReversed().forEach(removeEmpty));
  revert.add(() => {
    removeAgentJson(place);
    removeEmpty(place.others);
  });
  await backend.create(place, (line) => op.log(line));
  revert.add(() => backend.destroy(place));
  op.step("opening its socket", 0.3);
  await links.register(name);
  revert.add(() => links.unregister(name));
  op.signal.throwIfAborted();
  op.step(`starting it (${backend.name})`, 0.5);
  for (const line of [
    backend.warning,
    backend.capabilities.packages ? undefined : missingPackages(agents.get(name).config),
  ])
    if (line !== undefined) op.log(line);
  await supervisor.keeper(name).start();
  revert.success();
  op.step("running", 0.9);
  await deliverPrompt(context, name);
}

/** From who asked for the agent. The message and its removal from the agent's row are one. */
async function deliverPrompt({ agents, writer, broker }: Context, name: string): Promise<void> {
  const { first_prompt: body, created_by: from } = agents.record(name);
  if (body === null) return;
  await writer.write((tx) => {
    broker.enqueue(tx, { from, to: name, body });
    agents.change(tx, name, { first_prompt: null });
  });
}

/** Only names that were checked become paths, and only what lies beneath the agent's own directory is removed. */
async function destroyWork(
  context: Context,
  op: OperationHandle,
  { name, purge }: { name: string; purge: boolean },
): Promise<void> {
  const { agents, supervisor, links, broker, writer, roots, backends } = context;
  if (!isAgentName(name)) throw new HiveError("invalid", `"${name}" is not an agent name`);
  const place = agentPlace(roots, name);
  op.step("stopping it", 0.2);
  await supervisor.keeper(name).stop({ graceful: false });
  await supervisor.drop(name);
  op.step("removing its cage", 0.5);
  await findBackend(agents.record(name).backend, backends).destroy(place);
  await links.unregister(name);
  await broker.drop(name, "the agent was removed");
  await purgeTree(place.socketDir);
  // Before its row: whatever is cut off here can be asked for again.
  if (purge) {
    op.step("wiping its login and state", 0.7);
    await purgeTree(place.root);
  }
  await writer.write((tx) => agents.remove(tx, name), { essential: true });
  op.step(
    purge ? "removed, and nothing of it is left on disk" : "removed; its login and state stay on disk",
    1,
  );
}
