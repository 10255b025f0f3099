/** Operations: slow work with progress, a log and a result, which survives a crash of the daemon. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { Timestamp, Ulid } from "./ids.ts";

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
  log: z.array(z.object({ at: Timestamp, line: z.string() })),
});
export type Operation = z.output<typeof Operation>;

export const operationEndpoints = {
  operations: endpoint({
    cmd: "operations",
    http: ["GET", "/api/v1/operations"],
    access: "operator",
    input: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    output: z.object({ operations: z.array(Operation) }),
    summary: "Operations, newest first.",
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
    access: "operator",
    input: z.strictObject({ id: Ulid }),
    output: z.object({ operation: Operation }),
    stream: true,
    summary: "The operation again at each step, until it has ended.",
  }),
} as const;
