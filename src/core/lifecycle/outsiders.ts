/**
 * Agents that somebody started behind the hive's back, with the host's own tools: they are shown as running and kept
 * like any other. That one was *stopped* behind its back is found by its keeper.
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../platform/log.ts";
import type { AgentRegistry } from "../agents/agents.ts";
import type { AgentStore } from "../db/stores/agents.ts";
import type { Writer } from "../db/tx.ts";
import type { Timeline } from "../services.ts";
import type { Backend, Run } from "./backend.ts";
import type { Keeper } from "./keeper.ts";

export interface OutsidersOptions {
  readonly agents: AgentRegistry;
  readonly store: AgentStore;
  readonly writer: Writer;
  readonly timeline: Pick<Timeline, "append">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly backends: readonly Backend[];
  readonly keeper: (name: string) => Keeper;
}

export interface Outsiders {
  /** Does nothing where no backend can have any. */
  start(): void;
  stop(): void;
}

const LOOK_MS = 4_000;

export function watchOutsiders(options: OutsidersOptions): Outsiders {
  const { clock, log } = options;
  let timer: Timer | undefined;
  let stopped = false;
  let said = false;
  const look = async (): Promise<void> => {
    try {
      for (const backend of options.backends) await lookAt(backend, options, () => stopped);
      said = false;
    } catch (error) {
      // Once for a series: it is tried again in a moment.
      if (!said) log.warn({ error }, "what runs on the host cannot be seen");
      said = true;
    }
    again();
  };
  const again = (): void => {
    if (!stopped) timer = clock.timer(LOOK_MS, () => void look());
  };
  return {
    start: () => {
      if (options.backends.some((backend) => backend.survey !== undefined)) again();
    },
    stop: () => {
      stopped = true;
      timer?.cancel();
    },
  };
}

async function lookAt(backend: Backend, options: OutsidersOptions, stopped: () => boolean): Promise<void> {
  const { agents } = options;
  // Nobody's agents: nobody is to be asked.
  if (backend.survey === undefined || !agents.records().some((one) => one.backend === backend.name)) return;
  for (const run of await backend.survey()) {
    if (stopped()) return;
    if (agents.has(run.agent) && agents.record(run.agent).backend === backend.name)
      await takeIn(run, backend, options);
  }
}

const DOWN: readonly string[] = ["stopped", "failed", "backoff"];

async function takeIn(run: Run, backend: Backend, options: OutsidersOptions): Promise<void> {
  const { agents, keeper, clock, writer, store, timeline } = options;
  const { agent, owner } = run;
  if (!DOWN.includes(keeper(agent).observe().process)) return;
  const started_at = clock.now();
  if (!(await keeper(agent).adopt(run, started_at))) return;
  const processes = JSON.stringify(run.processes);
  await writer.write(
    (tx) => {
      const { config } = agents.record(agent);
      store.putRun(tx, { agent, owner, backend: backend.name, config, processes, started_at });
      const text = `agent "${agent}" was started outside of the hive`;
      timeline.append(tx, { type: "notice", level: "warn", agent, text });
    },
    { essential: true },
  );
}
