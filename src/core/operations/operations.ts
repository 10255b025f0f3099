/**
 * Slow work with steps, a log and an end that is stored whatever happens. Work cut off by a crash is failed with a
 * reason at the next start; who needs more than that (approvals) looks at the effect.
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../platform/log.ts";
import { HiveError, toErrorBody } from "../../wire/errors.ts";
import type { Operation } from "../../wire/operations.ts";
import type { OperationRow, OperationStore } from "../db/stores/operations.ts";
import type { Tx, Writer } from "../db/tx.ts";
import type { OperationHandle, Operations, Timeline } from "../services.ts";
import { type LogLines, logLines } from "./log-lines.ts";
import { toOperation, withoutLog } from "./to-operation.ts";
import { type Watched, watchOperation } from "./watch.ts";

export interface OperationsOptions {
  readonly store: OperationStore;
  readonly writer: Writer;
  readonly timeline: Pick<Timeline, "append">;
  readonly clock: Clock;
  /** New ids that sort by time. */
  readonly newId: () => string;
  readonly log: Logger;
}

/** An operation that is stored with the rest of a transaction, and then started. */
export interface BegunOperation {
  readonly id: string;
  start(work: (op: OperationHandle) => Promise<void>): Promise<Operation>;
}

export interface OperationRunner extends Operations {
  begin(tx: Tx, kind: string, agent: string | undefined): BegunOperation;
  /** Aborts what runs and waits for its end. */
  close(): Promise<void>;
}

/** An operation that is not over. */
interface Live {
  row: OperationRow;
  /** The row that was told last: lines of the log alone are none of the timeline's business. */
  told: OperationRow;
  readonly lines: LogLines;
  readonly abort: AbortController;
  readonly watchers: Set<() => void>;
  /** Writes of one operation, in order. */
  saved: Promise<void>;
  /** A write is queued and has not begun. */
  waiting: boolean;
  /** Until lines of the log are stored and shown. */
  gathering: Timer | undefined;
}

/** A build says thousands of lines a second; they are stored and shown together. */
const GATHER_MS = 250;
/** Of older operations only the outcome stays. */
const LOGS_KEPT = 200;
export const CUT_OFF = "the hive stopped while this was running";

interface Context extends OperationsOptions {
  /** Operations that are not over, by id. */
  readonly live: Map<string, Live>;
}

export function createOperations(options: OperationsOptions): OperationRunner {
  const { store, writer, timeline, clock, newId } = options;
  const live = new Map<string, Live>();
  const context: Context = { ...options, live };
  const running = new Set<Promise<unknown>>();

  const begin: OperationRunner["begin"] = (tx, kind, agent) => {
    const row = newRow({ id: newId(), kind, agent: agent ?? null, started_at: clock.now() });
    store.insert(tx, row);
    store.forgetLogs(tx, LOGS_KEPT);
    timeline.append(tx, { type: "operation", operation: withoutLog(row) });
    const op = newLive(row);
    tx.afterCommit(() => live.set(row.id, op));
    return {
      id: row.id,
      start: (action) => {
        const done = work(context, op, action);
        running.add(done);
        return done.finally(() => running.delete(done));
      },
    };
  };

  const get = (id: string): Operation => {
    const op = live.get(id);
    if (op !== undefined) return current(op);
    const row = store.byId(id);
    if (row !== undefined) return toOperation(row);
    throw new HiveError("not_found", `operation "${id}" does not exist`, { hint: "hivectl operation list" });
  };

  return {
    begin,
    run: async (kind, agent, action) => {
      const begun = await writer.write((tx) => begin(tx, kind, agent));
      return { operation_id: begun.id, done: begun.start(action) };
    },
    get,
    list: (limit) => store.newest(limit).map((row) => briefly(live.get(row.id), row)),
    watch: (id, signal) => watchOperation({ id, signal, get, find: (one) => watched(live.get(one)) }),
    resume: () => failCutOff(context),
    close: async () => {
      for (const op of live.values()) op.abort.abort(new HiveError("cancelled", "the hive is shutting down"));
      await Promise.allSettled(running);
    },
  };
}

async function failCutOff({ store, writer, timeline, clock, live }: Context): Promise<void> {
  const cut = store.running().filter(({ id }) => !live.has(id));
  if (cut.length === 0) return;
  const end = { state: "failed", error: CUT_OFF, hint: "try it again", ended_at: clock.now() } as const;
  await writer.write((tx) => {
    for (const row of cut) {
      store.update(tx, { ...row, ...end });
      timeline.append(tx, { type: "operation", operation: withoutLog({ ...row, ...end }) });
    }
  });
}

function newLive(row: OperationRow): Live {
  return {
    row,
    told: row,
    lines: logLines(),
    abort: new AbortController(),
    watchers: new Set(),
    saved: Promise.resolve(),
    waiting: false,
    gathering: undefined,
  };
}

function current({ row, lines }: Live, from = 0): Operation {
  return { ...withoutLog(row, lines.count()), log: lines.from(from) };
}

function briefly(op: Live | undefined, row: OperationRow): Operation {
  return op === undefined ? withoutLog(row) : withoutLog(op.row, op.lines.count());
}

function watched(op: Live | undefined): Watched | undefined {
  return op === undefined ? undefined : { watchers: op.watchers, show: (from) => current(op, from) };
}

function addLine({ clock }: Context, { lines }: Live, line: string): void {
  lines.add(new Date(clock.now()).toISOString(), line);
}

function wakeAll({ watchers }: Live): void {
  for (const wake of [...watchers]) wake();
}

/**
 * Never rejects: the next step, or the end, carries everything again. What is said while a write waits for the one
 * before it goes into that same write.
 */
function save({ writer, store, timeline, log }: Context, op: Live): Promise<void> {
  wakeAll(op);
  if (op.waiting) return op.saved;
  op.waiting = true;
  const write = (): Promise<void> => {
    op.waiting = false;
    const { row } = op;
    const lines = op.lines.from(0);
    return writer.write(
      (tx) => {
        store.update(tx, { ...row, log: JSON.stringify(lines) });
        if (row === op.told) return;
        timeline.append(tx, { type: "operation", operation: withoutLog(row, op.lines.count()) });
        tx.afterCommit(() => {
          op.told = row;
        });
      },
      { essential: row.state !== "running" },
    );
  };
  op.saved = op.saved
    .then(write)
    .catch((error: unknown) => log.warn({ error, operation: op.row.id }, "an operation was not stored"));
  return op.saved;
}

function handleOf(context: Context, op: Live): OperationHandle {
  const saveLater = (): void => void save(context, op).catch(() => {});
  return {
    id: op.row.id,
    signal: op.abort.signal,
    step: (text, progress) => {
      if (text !== op.row.step) addLine(context, op, text);
      op.row = { ...op.row, step: text, progress: progress ?? op.row.progress };
      saveLater();
    },
    log: (line) => {
      addLine(context, op, line);
      op.gathering ??= context.clock.timer(GATHER_MS, () => {
        op.gathering = undefined;
        saveLater();
      });
    },
  };
}

async function work(
  context: Context,
  op: Live,
  action: (handle: OperationHandle) => Promise<void>,
): Promise<Operation> {
  try {
    await action(handleOf(context, op));
  } catch (error) {
    if (!(error instanceof HiveError))
      context.log.error({ error, operation: op.row.id }, "an operation failed");
    const { error: text, hint } = toErrorBody(error, op.row.id);
    addLine(context, op, text);
    return finish(context, op, { state: "failed", error: text, hint: hint ?? null });
  }
  return finish(context, op, { state: "done", progress: 1 });
}

async function finish(context: Context, op: Live, end: Partial<OperationRow>): Promise<Operation> {
  op.row = { ...op.row, ...end, ended_at: context.clock.now() };
  op.gathering?.cancel();
  await save(context, op);
  context.live.delete(op.row.id);
  wakeAll(op);
  return current(op);
}

function newRow(row: Pick<OperationRow, "id" | "kind" | "agent" | "started_at">): OperationRow {
  return {
    ...row,
    state: "running",
    progress: null,
    step: "waiting",
    error: null,
    hint: null,
    ended_at: null,
    log: "[]",
  };
}
