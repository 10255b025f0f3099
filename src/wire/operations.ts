/** Operations: slow work with progress, a log and a result, which survives a crash of the daemon. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { Timestamp, Ulid } from "./ids.ts";

export const OperationLine = z.object({
  /** Lines are counted from 0: where a number is missing, the line was too many to be kept. */
  n: z.int(),
  at: Timestamp,
  line: z.string(),
});
export type OperationLine = z.output<typeof OperationLine>;

export const Operation = z.object({
  id: Ulid,
  /** `spawn`, `destroy`, … */
  kind: z.string(),
  agent: z.string().optional(),
  state: z.enum(["running", "done", "failed"]),
  /** 0 to 1; absent when unknown. */
  progress: z.number().optional(),
  /** What it does right now. */
  step: z.string(),
  error: z.string().optional(),
  hint: z.string().optional(),
  started_at: Timestamp,
  ended_at: Timestamp.optional(),
  /** How many lines its log has had so far. */
  log_lines: z.int(),
  /** The first and the last lines. Empty in lists, snapshots and events: ask for the one, or watch it. */
  log: z.array(OperationLine),
});
export type Operation = z.output<typeof Operation>;

export const operationEndpoints = {
  operations: endpoint({
    cmd: "operations",
    http: ["GET", "/api/v1/operations"],
    access: "operator",
    input: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    output: z.object({ operations: z.array(Operation) }),
    summary: "Operations without their logs, newest first.",
  }),
  operation: endpoint({
    cmd: "operation",
    http: ["GET", "/api/v1/operations/:id"],
    access: "operator",
    input: z.strictObject({ id: Ulid }),
    output: z.object({ operation: Operation }),
    summary: "One operation with its log.",
  }),
  watchOperation: endpoint({
    cmd: "watch_operation",
    http: ["GET", "/api/v1/operations/:id/watch"],
    access: "operator",
    input: z.strictObject({ id: Ulid }),
    output: z.object({ operation: Operation }),
    stream: true,
    summary:
      "The operation with its log, then again at each change with the new lines only, until it has ended.",
  }),
} as const;
