/** What one kind of approval does. Data and functions; `resolve.ts` decides when. */

import type { AgentRegistry } from "../agents/agents.ts";
import type { Actor, Lifecycle, Operations, Schedules } from "../services.ts";

/** What actions work with. */
export interface ActionServices {
  readonly lifecycle: Pick<Lifecycle, "spawn" | "destroy">;
  readonly schedules: Pick<Schedules, "add" | "list">;
  readonly agents: Pick<AgentRegistry, "has" | "names">;
  readonly operations: Pick<Operations, "watch">;
}

export interface ActionContext extends ActionServices {
  /** The agent that asked: what is made carries its name. */
  readonly actor: Extract<Actor, { kind: "agent" }>;
  readonly signal: AbortSignal;
  step(text: string, progress?: number): void;
}

export interface Action<P> {
  /** The payload as the action wants it; throws `invalid`. */
  parse(payload: unknown): P;
  /** At the request and again before it runs: throws when it cannot be done now. */
  check(payload: P, services: ActionServices): void;
  run(payload: P, context: ActionContext): Promise<void>;
  /** After a crash in the middle: has it had its effect? `since` is when it was approved. */
  isDone(payload: P, services: ActionServices, since: number): boolean;
}

/** An action whose payload's type is its own business. */
export interface AnyAction {
  check(payload: unknown, services: ActionServices): void;
  run(payload: unknown, context: ActionContext): Promise<void>;
  isDone(payload: unknown, services: ActionServices, since: number): boolean;
}

export function action<P>({ parse, check, run, isDone }: Action<P>): AnyAction {
  return {
    check: (payload, services) => check(parse(payload), services),
    run: (payload, context) => run(parse(payload), context),
    isDone: (payload, services, since) => isDone(parse(payload), services, since),
  };
}
