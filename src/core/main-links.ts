/** Builds the agents' links. They are needed by what answers over them, so the handlers are given afterwards. */

import type { HarnessSettings } from "../wire/link.ts";
import { agentWire } from "../wire/wire.ts";
import type { Tickets } from "./auth/tickets.ts";
import type { AgentContext } from "./doors/agent-context.ts";
import { openAgentDoor } from "./doors/agent-socket/agent-socket.ts";
import { createDispatch, type Dispatch } from "./doors/dispatch.ts";
import type { Refuse } from "./doors/refuse.ts";
import { linkRoutes } from "./doors/routes/link.ts";
import { createLinks, type LinkRegistry } from "./links/links.ts";
import type { AgentParts } from "./main-agents.ts";
import type { BrokerParts } from "./main-broker.ts";
import { allowedOrigins } from "./main-facts.ts";
import type { HiveOptions } from "./main-given.ts";

export interface LinkPartsOptions extends HiveOptions {
  readonly broker: BrokerParts;
  readonly tickets: Tickets;
  readonly refuse: Refuse;
  readonly port: () => number;
}

export interface LinkParts {
  readonly links: LinkRegistry;
  /** From now on agents' sockets may be opened. */
  answerWith(agents: AgentParts): void;
}

interface Answering {
  readonly agents: AgentParts;
  readonly dispatch: Dispatch<AgentContext>;
}

export function createLinkParts(options: LinkPartsOptions): LinkParts {
  const { settings, clock, log, broker, tickets, refuse } = options;
  let answering: Answering | undefined;
  const built = (): Answering => {
    if (answering === undefined) throw new Error("a link is used before its handlers are built");
    return answering;
  };
  const links: LinkRegistry = createLinks({
    clock,
    log,
    settingsOf: (agent) => harnessSettings(agent, built().agents, options),
    open: (agent) => {
      const { dispatch, agents } = built();
      const runtimeDir = settings.runtime_dir;
      return openAgentDoor(agent, { runtimeDir, dispatch, links, agents: agents.agents, refuse, clock, log });
    },
    onChange: (agent) => {
      const { agents } = built().agents;
      if (agents.has(agent)) agents.touch(agent);
    },
    onDetached: (agent) => broker.broker.detach(agent, settings.limits.link_grace_seconds * 1000),
  });
  return {
    links,
    answerWith: (agents) => {
      const handlers = linkRoutes({ ...agents, ...broker, links, tickets });
      answering = { agents, dispatch: createDispatch(agentWire, handlers) };
    },
  };
}

function harnessSettings(
  agent: string,
  { agents }: AgentParts,
  { settings, tickets, port }: LinkPartsOptions,
): HarnessSettings {
  const { config, paused } = agents.get(agent);
  const { model, effort } = agents.record(agent);
  return {
    agent,
    role: config.role,
    config,
    model: model ?? undefined,
    effort: (effort ?? undefined) as HarnessSettings["effort"],
    paused,
    ticket_public_key: tickets.publicKey,
    allowed_origins: allowedOrigins(settings, port()),
  };
}
