/** What the operator's handlers get: once the services (at start), and with each call who asks. */
import type { HiveInfo } from "../../wire/events.ts";
import type { Finding } from "../../wire/system.ts";
import type { Logins } from "../auth/logins.ts";
import type { Tickets } from "../auth/tickets.ts";
import type { Config } from "../config/config.ts";
import type { JournalProxy } from "../links/journal-proxy.ts";
import type { Notify } from "../notify/options.ts";
import type {
  Actor,
  Agents,
  Approvals,
  Broker,
  Lifecycle,
  Operations,
  Questions,
  Reminders,
  Schedules,
  Timeline,
  Usage,
} from "../services.ts";
import type { AgentControl } from "./agent-control.ts";

export interface OperatorServices {
  readonly agents: Agents;
  readonly lifecycle: Lifecycle;
  readonly broker: Broker;
  readonly questions: Questions;
  readonly reminders: Reminders;
  readonly schedules: Schedules;
  readonly approvals: Approvals;
  readonly config: Pick<Config, "log" | "show" | "change">;
  readonly operations: Operations;
  readonly usage: Usage;
  readonly timeline: Timeline;
  readonly control: AgentControl;
  readonly journal: JournalProxy;
  readonly notify: Notify;
  readonly logins: Logins;
  readonly tickets: Tickets;
  readonly hive: HiveFacts;
}

/** What is true of this hive as a whole. */
export interface HiveFacts {
  info(): HiveInfo;
  urls(): { domain?: string; home?: string; forge?: string; matrix?: string };
  /** Where an agent's own page answers, e.g. `http://127.0.0.1:8142/`; throws `unavailable`. */
  agentUrl(name: string): string;
  doctor(signal: AbortSignal): Promise<Finding[]>;
  now(): number;
}

export interface OperatorContext {
  readonly actor: Actor;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
  /** Of a browser; empty elsewhere. */
  readonly userAgent: string;
}
