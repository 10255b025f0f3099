/** What the handlers of an agent's requests get: once the services, with each call whose connection it is. */

import type { Tickets } from "../auth/tickets.ts";
import type { LinkConnection, LinkRegistry } from "../links/links.ts";
import type { Actor, Agents, Approvals, Broker, Lifecycle, Questions, Reminders } from "../services.ts";

export interface LinkServices {
  readonly agents: Agents;
  readonly approvals: Approvals;
  readonly broker: Broker;
  readonly lifecycle: Lifecycle;
  readonly links: LinkRegistry;
  readonly questions: Questions;
  readonly reminders: Reminders;
  readonly tickets: Tickets;
}

export interface AgentContext {
  /** Of the socket; nothing in a frame can change it. */
  readonly agent: string;
  readonly actor: Extract<Actor, { kind: "agent" }>;
  readonly connection: LinkConnection;
  /** From hello; empty before. */
  readonly bootId: string;
  /** Aborted when the connection is gone or superseded. */
  readonly signal: AbortSignal;
}
