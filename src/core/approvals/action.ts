/** What one kind of approval does. Data and functions; `resolve.ts` decides when. */

import type { AgentRegistry } from "../agents/agents.ts";
import type { Config } from "../config/config.ts";
import type { MetaUpdates } from "../config/meta-update.ts";
import type { Actor, Lifecycle, Operations, Schedules } from "../services.ts";

export type AgentActor = Extract<Actor, { kind: "agent" }>;

/** A request as it is stored: everything that was found out about it. */
export interface Pinned {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly commit_ref?: string;
  readonly fetched_sha?: string;
}

/** What actions work with. */
export interface ActionServices {
  readonly lifecycle: Pick<Lifecycle, "spawn" | "destroy">;
  readonly schedules: Pick<Schedules, "add" | "list">;
  readonly agents: Pick<AgentRegistry, "has" | "names">;
  readonly operations: Pick<Operations, "watch">;
  readonly config: Config;
  readonly meta: MetaUpdates;
}

export interface ActionContext extends ActionServices {
  /** The agent that asked: what is made carries its name. */
  readonly actor: AgentActor;
  /** Of the approval. */
  readonly id: bigint;
  readonly signal: AbortSignal;
  step(text: string, progress?: number): void;
  /** A line of the log that is no step. */
  log(line: string): void;
}

/** What some actions have besides. */
export interface ActionExtras {
  /** Absent: only the manager asks for it. */
  mayAsk?(actor: AgentActor, payload: unknown): boolean;
  /** Slow work before the request is stored; its result is what is stored, and carried out later. */
  pin?(payload: unknown, actor: AgentActor, services: ActionServices): Promise<Pinned>;
  /** After it was stored, and again after a crash. */
  remember?(id: bigint, payload: unknown, services: ActionServices): Promise<void>;
  /** In place of `isDone` where mending is work: undefined when it was done, else why not. */
  recover?(payload: unknown, context: ActionContext): Promise<string | undefined>;
}

export interface Action<P> extends ActionExtras {
  /** The payload as the action wants it; throws `invalid`. */
  parse(payload: unknown): P;
  /** At the request and again before it runs: throws when it cannot be done now. */
  check(payload: P, services: ActionServices): void;
  run(payload: P, context: ActionContext): Promise<void>;
  /** After a crash in the middle: has it had its effect? `since` is when it was approved. */
  isDone(payload: P, services: ActionServices, since: number): boolean;
}

/** An action whose payload's type is its own business. */
export interface AnyAction extends ActionExtras {
  check(payload: unknown, services: ActionServices): void;
  run(payload: unknown, context: ActionContext): Promise<void>;
  isDone(payload: unknown, services: ActionServices, since: number): boolean;
}

export function action<P>({ parse, check, run, isDone, ...extras }: Action<P>): AnyAction {
  return {
    ...extras,
    check: (payload, services) => check(parse(payload), services),
    run: (payload, context) => run(parse(payload), context),
    isDone: (payload, services, since) => isDone(parse(payload), services, since),
  };
}
