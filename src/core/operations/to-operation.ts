/** An operation as it crosses the wire. */
import { z } from "zod";
import { type Operation, OperationLine } from "../../wire/operations.ts";
import type { OperationRow } from "../db/stores/operations.ts";

const StoredLog = z.array(OperationLine.partial({ n: true }));

/** With the log as it is stored. */
export function toOperation(row: OperationRow): Operation {
  const log = StoredLog.parse(JSON.parse(row.log)).map((line, at) => ({ ...line, n: line.n ?? at }));
  return { ...outcome(row), log_lines: linesOf(log), log };
}

/** For lists, snapshots and the timeline, which would be nothing but logs otherwise. */
export function withoutLog(row: OperationRow, lines?: number): Operation {
  return lines === undefined
    ? { ...toOperation(row), log: [] }
    : { ...outcome(row), log_lines: lines, log: [] };
}

function linesOf(log: readonly OperationLine[]): number {
  const last = log.at(-1);
  return last === undefined ? 0 : last.n + 1;
}

function outcome(row: OperationRow): Omit<Operation, "log" | "log_lines"> {
  return {
    id: row.id,
    kind: row.kind,
    agent: row.agent ?? undefined,
    state: row.state,
    progress: row.progress ?? undefined,
    step: row.step,
    error: row.error ?? undefined,
    hint: row.hint ?? undefined,
    started_at: new Date(row.started_at).toISOString(),
    ended_at: row.ended_at === null ? undefined : new Date(row.ended_at).toISOString(),
  };
}
