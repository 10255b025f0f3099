/** The parts of one daemon, once they are built. */
import type { Tickets } from "./auth/tickets.ts";
import type { LinkRegistry } from "./links/links.ts";
import type { AgentParts } from "./main-agents.ts";
import type { BrokerParts } from "./main-broker.ts";
import type { HiveOptions } from "./main-given.ts";
import type { Notify } from "./notify/options.ts";

export interface HiveParts extends HiveOptions {
  readonly broker: BrokerParts;
  readonly agents: AgentParts;
  readonly links: LinkRegistry;
  readonly tickets: Tickets;
  readonly notify: Notify;
}
