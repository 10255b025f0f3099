// What a test sees of its hive: the timeline, followed over the host socket also across restarts of the daemon,
// and the newest state of each thing in it. Waiting is for a condition, with a bound.
import { subscribe } from "../../src/client/subscribe.ts";
import type { Transport } from "../../src/client/transport.ts";
import type { AgentRow } from "../../src/wire/agents.ts";
import type { Approval } from "../../src/wire/approvals.ts";
import type { HiveEvent, HiveEventData, Snapshot, StreamFrame } from "../../src/wire/events.ts";
import type { Message } from "../../src/wire/messages.ts";
import type { Operation } from "../../src/wire/operations.ts";
import type { Question } from "../../src/wire/questions.ts";
import { operatorWire } from "../../src/wire/wire.ts";

export interface HiveView {
  /** Every event since the follower began, in order. */
  readonly events: readonly HiveEvent[];
  readonly agents: ReadonlyMap<string, AgentRow>;
  readonly messages: ReadonlyMap<string, Message>;
  readonly questions: ReadonlyMap<string, Question>;
  readonly approvals: ReadonlyMap<string, Approval>;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly gaps: number;
}

/** Undefined, null and false: not yet. */
export type Found<T> = T | undefined | null | false;

export interface Follower {
  readonly view: HiveView;
  /** Tried at each event and a few times a second; fails with `what` and the story of `explain`. */
  waitFor<T>(what: string, find: (view: HiveView) => Found<T>, timeoutMs?: number): Promise<T>;
  stop(): Promise<void>;
}

const POLL_MS = 200;
const DEFAULT_TIMEOUT_MS = 20_000;

interface State extends HiveView {
  readonly events: HiveEvent[];
  readonly agents: Map<string, AgentRow>;
  readonly messages: Map<string, Message>;
  readonly questions: Map<string, Question>;
  readonly approvals: Map<string, Approval>;
  readonly operations: Map<string, Operation>;
  gaps: number;
}

function emptyState(): State {
  return {
    events: [],
    agents: new Map(),
    messages: new Map(),
    questions: new Map(),
    approvals: new Map(),
    operations: new Map(),
    gaps: 0,
  };
}

function takeSnapshot(state: State, snapshot: Snapshot): void {
  for (const agent of snapshot.agents) state.agents.set(agent.name, agent);
  for (const message of snapshot.messages) state.messages.set(message.id, message);
  for (const question of snapshot.questions) state.questions.set(question.id, question);
  for (const approval of snapshot.approvals) state.approvals.set(String(approval.id), approval);
  for (const operation of snapshot.operations) state.operations.set(operation.id, operation);
}

function takeEvent(state: State, data: HiveEventData): void {
  if (data.type === "agent") state.agents.set(data.agent.name, data.agent);
  if (data.type === "agent_removed") state.agents.delete(data.name);
  if (data.type === "message") state.messages.set(data.message.id, data.message);
  if (data.type === "question") state.questions.set(data.question.id, data.question);
  if (data.type === "approval") state.approvals.set(String(data.approval.id), data.approval);
  if (data.type === "operation") state.operations.set(data.operation.id, data.operation);
}

export function followHive(transport: Transport, explain: () => string): Follower {
  const state = emptyState();
  const stopping = new AbortController();
  const changed = new Set<() => void>();
  const take = (frame: StreamFrame): void => {
    if (frame.type === "snapshot") takeSnapshot(state, frame.snapshot);
    if (frame.type === "gap") state.gaps += 1;
    if (frame.type === "event") {
      state.events.push(frame.event);
      takeEvent(state, frame.event.data);
    }
    for (const listener of [...changed]) listener();
  };
  const running = (async () => {
    const options = { input: {}, signal: stopping.signal };
    for await (const frame of subscribe(transport, operatorWire.events, options)) take(frame);
  })();
  running.catch(() => {});
  return {
    view: state,
    waitFor: (what, find, timeoutMs = DEFAULT_TIMEOUT_MS) =>
      until({ what, find: () => find(state), timeoutMs, changed, explain }),
    stop: async () => {
      stopping.abort();
      await running.catch(() => {});
    },
  };
}

interface Until<T> {
  readonly what: string;
  readonly find: () => Found<T>;
  readonly timeoutMs: number;
  readonly changed: Set<() => void>;
  readonly explain: () => string;
}

function until<T>({ what, find, timeoutMs, changed, explain }: Until<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      changed.delete(check);
      clearInterval(poll);
      clearTimeout(bound);
      act();
    };
    const check = (): void => {
      try {
        const found = find();
        if (found === undefined || found === null || found === false) return;
        settle(() => resolve(found));
      } catch (error) {
        settle(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    };
    const poll = setInterval(check, POLL_MS);
    const bound = setTimeout(
      () => settle(() => reject(new Error(`waited ${timeoutMs} ms in vain until ${what}\n${explain()}`))),
      timeoutMs,
    );
    changed.add(check);
    check();
  });
}
