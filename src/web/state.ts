/**
 * What the dashboard knows: one pure reducer over the frames of the hive's timeline.
 * Not for what the page itself is doing (route, drafts, connection): those are signals beside their parts.
 */
import type { AgentRow } from "../wire/agents.ts";
import type { Approval } from "../wire/approvals.ts";
import type { HiveEvent, HiveInfo, Snapshot, StreamFrame } from "../wire/events.ts";
import type { Message } from "../wire/messages.ts";
import type { Operation } from "../wire/operations.ts";
import type { Question } from "../wire/questions.ts";
import type { Reminder, Schedule } from "../wire/schedules.ts";

/** Most rows kept of each kind; the oldest go first. */
export const BOUNDS = { messages: 1000, questions: 300, approvals: 300, operations: 100, log: 500 } as const;

type Table<T> = ReadonlyMap<string, T>;

export interface HiveState {
  /** False until the first snapshot. */
  readonly loaded: boolean;
  /** Last event contained here; the stream resumes after it. */
  readonly seq: number;
  readonly info: HiveInfo | undefined;
  readonly agents: Table<AgentRow>;
  readonly messages: Table<Message>;
  readonly questions: Table<Question>;
  readonly approvals: Table<Approval>;
  readonly operations: Table<Operation>;
  readonly reminders: Table<Reminder>;
  readonly schedules: Table<Schedule>;
  /** Events by seq, oldest first, for the log. */
  readonly log: readonly HiveEvent[];
}

export const EMPTY: HiveState = {
  loaded: false,
  seq: 0,
  info: undefined,
  agents: new Map(),
  messages: new Map(),
  questions: new Map(),
  approvals: new Map(),
  operations: new Map(),
  reminders: new Map(),
  schedules: new Map(),
  log: [],
};

/** `history`: events from before the snapshot, for the log only; the rows are newer already. */
export type Action = StreamFrame | { readonly type: "history"; readonly events: readonly HiveEvent[] };

export function reduce(state: HiveState, action: Action): HiveState {
  switch (action.type) {
    case "snapshot":
      return fromSnapshot(state, action.snapshot);
    case "gap":
      // Rows stay on screen until the snapshot that follows replaces them; resuming must not ask for the gap again.
      return { ...state, seq: action.seq };
    case "history":
      return { ...state, log: mergeLog(state.log, action.events) };
    case "event":
      // A seq at or below ours was contained in the snapshot or came before a reconnect.
      return action.event.seq <= state.seq ? state : withEvent(state, action.event);
  }
}

function fromSnapshot(state: HiveState, snapshot: Snapshot): HiveState {
  return {
    loaded: true,
    seq: snapshot.seq,
    info: snapshot.info,
    agents: byKey(snapshot.agents, (agent) => agent.name),
    messages: byKey(snapshot.messages, (message) => message.id),
    questions: byKey(snapshot.questions, (question) => question.id),
    approvals: byKey(snapshot.approvals, (approval) => approval.id.toString()),
    operations: byKey(snapshot.operations, (operation) => operation.id),
    reminders: byKey(snapshot.reminders, (reminder) => reminder.id),
    schedules: byKey(snapshot.schedules, (schedule) => schedule.id),
    log: state.log,
  };
}

function withEvent(state: HiveState, event: HiveEvent): HiveState {
  const next = { ...state, seq: event.seq, log: mergeLog(state.log, [event]) };
  const data = event.data;
  switch (data.type) {
    case "agent":
      return { ...next, agents: put(state.agents, data.agent.name, data.agent) };
    case "agent_removed":
      return { ...next, agents: without(state.agents, data.name) };
    case "message":
      return { ...next, messages: put(state.messages, data.message.id, data.message, BOUNDS.messages) };
    case "question":
      return { ...next, questions: put(state.questions, data.question.id, data.question, BOUNDS.questions) };
    case "approval": {
      const id = data.approval.id.toString();
      return { ...next, approvals: put(state.approvals, id, data.approval, BOUNDS.approvals) };
    }
    case "operation":
      return {
        ...next,
        operations: put(state.operations, data.operation.id, data.operation, BOUNDS.operations),
      };
    case "reminder":
      return { ...next, reminders: putReminder(state.reminders, data.reminder) };
    case "schedule":
      return { ...next, schedules: put(state.schedules, data.schedule.id, data.schedule) };
    case "schedule_removed":
      return { ...next, schedules: without(state.schedules, data.id) };
    case "turn":
    case "notice":
      return next;
  }
}

/** Fired and cancelled reminders leave the list: the message they made tells the rest. */
function putReminder(table: Table<Reminder>, reminder: Reminder): Table<Reminder> {
  return reminder.state === "pending" ? put(table, reminder.id, reminder) : without(table, reminder.id);
}

function byKey<T>(rows: readonly T[], key: (row: T) => string): Table<T> {
  return new Map(rows.map((row) => [key(row), row]));
}

function put<T>(table: Table<T>, key: string, row: T, bound = Number.POSITIVE_INFINITY): Table<T> {
  const next = new Map(table);
  next.set(key, row);
  const [oldest] = next.keys();
  if (next.size > bound && oldest !== undefined) next.delete(oldest);
  return next;
}

function without<T>(table: Table<T>, key: string): Table<T> {
  const next = new Map(table);
  next.delete(key);
  return next;
}

function mergeLog(log: readonly HiveEvent[], events: readonly HiveEvent[]): readonly HiveEvent[] {
  const last = log.at(-1)?.seq ?? 0;
  if (events.every((event) => event.seq > last)) return [...log, ...events].slice(-BOUNDS.log);
  const bySeq = new Map([...events, ...log].map((event) => [event.seq, event]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq).slice(-BOUNDS.log);
}
