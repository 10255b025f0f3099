/**
 * Each agent's status as it changes, for readers of any speed: while one reads slowly, changes of the same agent
 * merge, so nothing piles up.
 */
import type { AgentStatus } from "../../wire/agents.ts";
import type { HiveEventData } from "../../wire/events.ts";
import type { Agents, Timeline } from "../services.ts";

export interface StatusSources {
  readonly agents: Pick<Agents, "statuses">;
  readonly timeline: Pick<Timeline, "onEvent">;
}

/** Watches from the moment of the call, not of the first `next`. */
export function statusChanges(sources: StatusSources, signal: AbortSignal): AsyncIterable<AgentStatus> {
  const { agents, timeline } = sources;
  const shown = new Map(agents.statuses().map((status) => [status.name, JSON.stringify(status)]));
  const dirty = new Set<string>();
  let wake = Promise.withResolvers<void>();
  const stopWatching = timeline.onEvent(({ data }) => {
    for (const name of namesIn(data)) dirty.add(name);
    if (dirty.size > 0) wake.resolve();
  });
  const onAbort = (): void => {
    stopWatching();
    wake.resolve();
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });

  return (async function* changes() {
    try {
      while (!signal.aborted) {
        await wake.promise;
        wake = Promise.withResolvers();
        const names = [...dirty];
        dirty.clear();
        yield* changed(agents.statuses(), names, shown);
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
      stopWatching();
    }
  })();
}

function* changed(
  statuses: readonly AgentStatus[],
  names: readonly string[],
  shown: Map<string, string>,
): Generator<AgentStatus> {
  for (const status of statuses) {
    if (!names.includes(status.name)) continue;
    const text = JSON.stringify(status);
    if (shown.get(status.name) === text) continue;
    shown.set(status.name, text);
    yield status;
  }
}

function namesIn(data: HiveEventData): readonly string[] {
  if (data.type === "agent") return [data.agent.name];
  if (data.type === "reminder") return [data.reminder.agent];
  return [];
}
