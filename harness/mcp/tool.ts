/**
 * A tool is a value: name, words for the model, input schema, who gets it, and `run`. Its input is parsed before
 * `run`, because claude does not check arguments against the schema. The list is tools/index.ts.
 */
import type { z } from "zod";
import type { Clock } from "../../src/lib/clock.ts";
import type { AgentConfig } from "../../src/wire/agent-config.ts";
import type { Message } from "../../src/wire/messages.ts";
import type { Journal } from "../ag3nt/journal/journal.ts";
import type { LinkCall } from "../ag3nt/link.ts";
import type { Commands } from "./bash/commands.ts";

export interface RunningLease {
  readonly id: string;
  readonly attempt: number;
}

export type McpServerName = "hyperhive" | "bash";

/** What makes a repeated side effect recognisable; see src/wire/link.ts. */
export interface EffectFields {
  readonly lease_id?: string;
  readonly effect_key: string;
}

export interface ToolContext {
  /** Waits out a link that is down, within a bound. */
  readonly call: LinkCall;
  /** For a call that changes something: the same for a repeat of this very tool use. */
  readonly effect: () => EffectFields;
  readonly lease: () => RunningLease | undefined;
  /** Marks messages as read by claude, journals them, and gives the text to show. */
  readonly takeIn: (messages: readonly Message[]) => Promise<string>;
  readonly journal: Journal;
  readonly commands: Commands;
  readonly config: () => AgentConfig;
  readonly clock: Clock;
  /** Aborted when claude gave the call up or the turn was cut. */
  readonly signal: AbortSignal;
  /** claude's id of this tool use, when it gave one. */
  readonly toolUseId: string | undefined;
}

export interface ToolResult {
  readonly text: string;
  readonly isError: boolean;
}

export interface Tool<I extends z.ZodType = z.ZodType> {
  readonly server: McpServerName;
  readonly name: string;
  /** For the model: what it does, when to use it, what comes back. */
  readonly description: string;
  readonly access: "agent" | "manager";
  readonly input: I;
  run(input: z.output<I>, context: ToolContext): Promise<string | ToolResult>;
}

/** Declares a tool; inside the list the input's type is forgotten, `run` is only ever given parsed input. */
export function tool<I extends z.ZodType>(definition: Tool<I>): Tool {
  return definition as unknown as Tool;
}
