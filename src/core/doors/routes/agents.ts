/** Handlers of the agents' endpoints. */
import type { AgentStatus, agentEndpoints } from "../../../wire/agents.ts";
import type { Handlers } from "../../../wire/endpoint.ts";
import type { Agents } from "../../services.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";
import { statusChanges } from "../status-changes.ts";

export function agentRoutes(services: OperatorServices): Handlers<typeof agentEndpoints, OperatorContext> {
  const { agents, lifecycle, control } = services;
  return {
    list: () => ({ agents: agents.names() }),
    agentStatus: () => ({ agent_statuses: agents.statuses() }),
    subscribeAgentStatus: (_input, { signal }) => statusFrames(services, signal),
    agents: () => ({ agents: agents.rows() }),
    agent: ({ name }) => ({ config: agents.get(name).config, agent: agents.row(name) }),
    spawn: (input, { actor }) => lifecycle.spawn(actor, input),
    start: async (input, { actor }) => {
      const names = scopeNames(agents, input);
      await lifecycle.start(actor, names);
      return { agent_names: names };
    },
    stop: async (input, { actor }) => {
      const names = scopeNames(agents, input);
      await lifecycle.stop(actor, names, input.graceful);
      return { agent_names: names };
    },
    restart: async ({ name }, { actor }) => {
      agents.get(name);
      await lifecycle.restart(actor, name);
      return {};
    },
    setPaused: async (input, { actor }) => {
      await agents.setPaused(actor, input);
      control.settingsChanged(input.name);
      return {};
    },
    interrupt: async ({ name, reason }, { actor }) => ({
      interrupted: await control.interrupt(actor, name, reason ?? "the operator interrupted"),
    }),
    setModel: async (input, { actor }) => {
      await agents.setModel(actor, input);
      control.settingsChanged(input.name);
      return {};
    },
    setEffort: async (input, { actor }) => {
      await agents.setEffort(actor, input);
      control.settingsChanged(input.name);
      return {};
    },
    compact: async ({ name }, { actor }) => {
      await control.compact(actor, name);
      return {};
    },
    newSession: async ({ name }, { actor }) => {
      await control.newSession(actor, name);
      return {};
    },
    destroy: (input, { actor }) => {
      agents.get(input.name);
      return lifecycle.destroy(actor, input);
    },
    agentLogs: async ({ name, lines }) => {
      agents.get(name);
      return { lines: await lifecycle.logs(name, lines) };
    },
  };
}

/** Every name is checked before the first is acted upon. */
function scopeNames(
  agents: Agents,
  input: { scope?: { agent_names: readonly string[] } | undefined; all?: true | undefined },
): string[] {
  if (input.all === true) return agents.names();
  const names = [...new Set(input.scope?.agent_names ?? [])];
  for (const name of names) agents.get(name);
  return names;
}

async function* statusFrames(
  { agents, timeline }: OperatorServices,
  signal: AbortSignal,
): AsyncGenerator<{ agent_statuses?: AgentStatus[] }, void, undefined> {
  const changes = statusChanges({ agents, timeline }, signal);
  yield {};
  for await (const status of changes) yield { agent_statuses: [status] };
}
