/**
 * What the parts of the daemon promise each other. Services know these interfaces, never each other's stores;
 * `main.ts` builds them and hands them around. Inputs and results are the wire's own types, so that a door's
 * handler is one call.
 */

import type { z } from "zod";
import type { RunResult } from "../platform/run.ts";
import type { AgentConfig } from "../wire/agent-config.ts";
import type { AgentRow, AgentStatus, HarnessState, SpawnInput } from "../wire/agents.ts";
import type { Approval, ApprovalKind } from "../wire/approvals.ts";
import type { CallInput, Input, Output, Result } from "../wire/endpoint.ts";
import type { HiveEvent, HiveEventData } from "../wire/events.ts";
import type { Lease, LinkPush } from "../wire/link.ts";
import type { Message } from "../wire/messages.ts";
import type { Operation } from "../wire/operations.ts";
import type { Question } from "../wire/questions.ts";
import type { Reminder, Schedule } from "../wire/schedules.ts";
import type { UsageRow } from "../wire/usage.ts";
import type { agentWire, operatorWire } from "../wire/wire.ts";
import type { Tx } from "./db/tx.ts";
import type { ConfigDirs, ExecOptions } from "./lifecycle/backend.ts";

type Op = typeof operatorWire;
type Ag = typeof agentWire;

/** Who does something; made at the door, passed down, written to the audit. */
export type Actor =
  | { readonly kind: "operator"; readonly via: "host" | "http" | "page"; readonly who: string }
  | { readonly kind: "agent"; readonly name: string; readonly manager: boolean }
  | { readonly kind: "system"; readonly part: string };

/** `from` of what the actor sends. */
export function actorName(actor: Actor): string {
  if (actor.kind === "agent") return actor.name;
  return actor.kind === "operator" ? "operator" : "system";
}

/** The actor with the way it came, as others may read it: src/wire/decider.ts puts it into words. */
export function actorTrace(actor: Actor): string {
  return actor.kind === "operator" ? `operator (${actor.via} ${actor.who})` : actorName(actor);
}

/** The one ordered, stored, bounded list of what happened. */
export interface Timeline {
  /** Stores the event with its seq in the caller's transaction; watchers get it after the commit. */
  append(tx: Tx, data: HiveEventData): void;
  /** The last stored seq. */
  seq(): number;
  /** Events after `after`, then what comes, until the signal; `gap` when `after` is no longer stored. */
  follow(
    after: number,
    signal: AbortSignal,
  ): AsyncIterable<{ type: "event"; event: HiveEvent } | { type: "gap"; after: number; seq: number }>;
  /** Called after each commit, in order; for parts of the daemon, never for slow readers. */
  onEvent(listener: (event: HiveEvent) => void): () => void;
}

/** Facts other parts ask the agents' registry for. */
export interface Agents {
  /** Throws not_found with a hint. */
  get(name: string): { name: string; config: AgentConfig; paused: boolean; expected: "running" | "stopped" };
  has(name: string): boolean;
  names(): string[];
  /** Registry, link, supervisor and broker counts joined. */
  row(name: string): AgentRow;
  rows(): AgentRow[];
  statuses(): AgentStatus[];
  setPaused(actor: Actor, input: Input<Op["setPaused"]>): Promise<void>;
  setModel(actor: Actor, input: Input<Op["setModel"]>): Promise<void>;
  setEffort(actor: Actor, input: Input<Op["setEffort"]>): Promise<void>;
  setStatus(name: string, text: string): Promise<void>;
  /** Something observed changed (link, supervisor, inbox counts): append an `agent` event, debounced per agent. */
  touch(name: string): void;
}

export interface ReloadOptions {
  /** Its system is another one: only a restart makes it run. */
  readonly renewed: boolean;
}

/** Spawn, start, stop, destroy; observes processes and brings them back. */
export interface Lifecycle {
  /** Checks name, port collision and backend now; does the work as an operation. */
  spawn(actor: Actor, input: z.output<typeof SpawnInput>): Promise<{ operation_id: string }>;
  start(actor: Actor, names: readonly string[]): Promise<void>;
  stop(actor: Actor, names: readonly string[], graceful: boolean): Promise<void>;
  restart(actor: Actor, name: string): Promise<void>;
  destroy(actor: Actor, input: Input<Op["destroy"]>): Promise<{ operation_id: string }>;
  logs(name: string, lines: number): Promise<string[]>;
  /** Observed process state of one agent, for `Agents.row`. */
  observe(
    name: string,
  ): Pick<AgentRow, "process" | "reason" | "retry_at" | "pid" | "started_at" | "restarts">;
  /** It runs with limits that are not the ones of its configuration any more. */
  needsRestart(name: string): boolean;
  /** Makes the stored configuration the one that runs; restarts the agent only where nothing else helps. */
  reload(name: string, options?: ReloadOptions): Promise<void>;
  /** Runs a program the way the agent would, beside it: it need not be running. */
  exec(name: string, argv: readonly string[], options: ExecOptions): Promise<RunResult>;
  /** Where the agent itself finds its configuration's work trees. */
  configDirs(name: string): ConfigDirs;
  /** Takes over processes that run already, starts those that should. Returns when the first pass is done. */
  resume(): Promise<void>;
  /** Stops supervising; agents go on running (daemon restart) or are stopped (`up` ends). */
  close(options: { stopAgents: boolean }): Promise<void>;
}

/** Durable messages. Every method that changes something answers after the commit. */
export interface Broker {
  send(actor: Actor, input: Input<Op["send"]> | Input<Ag["send"]>): Promise<Output<Op["send"]>>;
  /** Used by other services inside their own transaction (answers, reminders, schedules, notices). */
  enqueue(tx: Tx, message: NewMessage): Message;
  list(input: Input<Op["messages"]>): Output<Op["messages"]>;
  get(id: string): Message;
  search(input: Input<Op["searchMessages"]>): Output<Op["searchMessages"]>;
  acknowledge(actor: Actor, ids: readonly string[]): Promise<number>;
  counts(agent: string): { queued: number; in_turn: number };
  /** Waits until `agent` has messages and may take them; the same batch again after a broken attempt. */
  lease(agent: string, options: { boot_id: string; max: number; signal: AbortSignal }): Promise<Lease>;
  leaseMore(agent: string, lease_id: string, max: number): Promise<Message[]>;
  read(agent: string, lease_id: string, message_ids: readonly string[]): Promise<void>;
  finish(agent: string, input: Input<Ag["finish"]>): Promise<void>;
  /** A harness says hello, again or anew: leases of other boots return to the queue at once. */
  attach(agent: string, boot_id: string, lease_id: string | undefined): Promise<"held" | "lost" | undefined>;
  /** The harness's connection ended. After `grace_ms` without attach its lease returns to the queue. */
  detach(agent: string, grace_ms: number): void;
  /** The harness's process is gone for certain: its lease returns now. */
  release(agent: string, reason: string): Promise<void>;
  /** Side effects, once per key: runs `act` in the transaction, or returns the stored result of the first time. */
  once<T>(options: OnceOptions, act: (tx: Tx) => T): Promise<T>;
  /** Pause, budget and the like: agents for which this answers a reason get no new lease. Re-asked on `wake`. */
  setGate(gate: (agent: string) => string | undefined): void;
  wake(agent: string): void;
  history(agent: string, input: Input<Ag["getHistory"]>): Message[];
  /** Sweeper, deliver_after and grace timers. */
  start(signal: AbortSignal): void;
}

export interface NewMessage {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly priority?: "urgent" | "normal" | "low";
  readonly in_reply_to?: string | undefined;
  readonly question_id?: string | undefined;
  readonly origin?: "reminder" | "schedule" | "system";
}

export interface OnceOptions {
  readonly agent: string;
  readonly lease_id?: string | undefined;
  readonly effect_key?: string | undefined;
  readonly tool: string;
  /** One line for `already_done`. */
  readonly summary: string;
}

export interface Questions {
  ask(agent: string, input: Input<Ag["ask"]>): Promise<Question>;
  answer(actor: Actor, input: { id: string; answer: string } & Partial<OnceOptions>): Promise<Question>;
  awaitAnswer(
    agent: string,
    input: Input<Ag["awaitAnswer"]>,
    signal: AbortSignal,
  ): Promise<Output<Ag["awaitAnswer"]>>;
  list(input: Input<Op["questions"]>): Question[];
}

export interface Reminders {
  add(
    actor: Actor,
    input: CallInput<Op["remind"]> & { lease_id?: string; effect_key?: string },
  ): Promise<Reminder>;
  list(agent?: string): Reminder[];
  cancel(actor: Actor, id: string): Promise<void>;
  pendingCount(agent: string): number;
  start(signal: AbortSignal): void;
}

export interface Schedules {
  /** Throws invalid for a bad expression or zone, with the position. */
  add(actor: Actor, input: Input<Op["scheduleAdd"]>): Promise<Schedule>;
  list(): Schedule[];
  remove(actor: Actor, id: string): Promise<void>;
  enable(actor: Actor, id: string, enabled: boolean): Promise<Schedule>;
  start(signal: AbortSignal): void;
}

export interface Approvals {
  request(actor: Actor, input: RequestInput): Promise<Approval>;
  /** Throws not_found. */
  get(id: bigint): Approval;
  /** An older deployment again, asked for and approved by the operator in one. */
  rollback(actor: Actor, input: { readonly name: string; readonly to: bigint }): Promise<Approval>;
  list(all: boolean): Approval[];
  approve(actor: Actor, id: bigint, note: string | undefined): Promise<Approval>;
  deny(actor: Actor, id: bigint, note: string | undefined): Promise<Approval>;
  cancel(actor: Actor, id: bigint): Promise<Approval>;
  /**
   * After a crash: approved ones whose action did not end are mended or failed, each as an operation. `ended`: all of
   * them, which may take as long as a build.
   */
  resume(): Promise<{ readonly ended: Promise<void> }>;
}

export interface RequestInput {
  readonly kind: ApprovalKind;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly description: string;
  readonly commit_ref?: string;
  readonly lease_id?: string | undefined;
  readonly effect_key?: string | undefined;
}

export interface Operations {
  /** Stores a running operation and starts `work`; its end is stored whatever happens. */
  run(
    kind: string,
    agent: string | undefined,
    work: (op: OperationHandle) => Promise<void>,
  ): Promise<{ operation_id: string; done: Promise<Operation> }>;
  get(id: string): Operation;
  list(limit: number): Operation[];
  watch(id: string, signal: AbortSignal): AsyncIterable<Operation>;
  /** After a crash: those that were running are failed with a reason. */
  resume(): Promise<void>;
}

export interface OperationHandle {
  readonly id: string;
  step(text: string, progress?: number): void;
  log(line: string): void;
  readonly signal: AbortSignal;
}

export interface Usage {
  record(tx: Tx, row: UsageRow): void;
  list(input: Input<Op["usage"]>): Output<Op["usage"]>;
  costToday(agent: string): number;
  contextTokens(agent: string): number | undefined;
}

/** Connections of harnesses: what they last said, and a way to speak to them. */
export interface Links {
  connected(agent: string): boolean;
  observe(agent: string): LinkObservation;
  /** False when the agent is not connected. */
  push(agent: string, frame: LinkPush): boolean;
  /** Opens (again) the agent's socket; idempotent, a previous listener is dropped. */
  register(agent: string): Promise<void>;
  unregister(agent: string): Promise<void>;
}

export interface LinkObservation {
  readonly connected: boolean;
  readonly last_seen_at?: string | undefined;
  readonly state?: HarnessState | undefined;
  readonly state_since?: string | undefined;
  readonly active_model?: string | undefined;
  readonly session_id?: string | undefined;
  readonly claude_version?: string | undefined;
  readonly web_port?: number | undefined;
}

export interface Audit {
  /** One row for what an actor changed; hash-chained. */
  append(
    tx: Tx,
    entry: { actor: Actor; action: string; target?: string; detail?: Readonly<Record<string, unknown>> },
  ): void;
}

export type { Result };
