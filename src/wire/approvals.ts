/** Approvals: everything that changes what runs waits here for the operator. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { ApprovalId, Timestamp } from "./ids.ts";

export const ApprovalKind = z.enum([
  "spawn",
  "init_config",
  "update_meta_inputs",
  "schedule_prompt",
  "merge_config_pr",
  "destroy",
]);
export type ApprovalKind = z.output<typeof ApprovalKind>;

export const ApprovalStatus = z.enum(["pending", "approved", "denied", "failed", "cancelled"]);
export type ApprovalStatus = z.output<typeof ApprovalStatus>;

/** One approval as published clients read it. */
export const Approval = z.object({
  id: ApprovalId,
  /** Who asked. */
  agent: z.string(),
  kind: z.string(),
  /** Per kind: a sha, a pull request's number, a JSON array of inputs, or empty. */
  commit_ref: z.string(),
  fetched_sha: z.string().optional(),
  requested_at: Timestamp,
  status: z.string(),
  resolved_at: Timestamp.optional(),
  /** Who decided: `operator (host uid:0)`, `operator (http session:…)`, or the agent that took it back. */
  resolved_by: z.string().optional(),
  note: z.string().optional(),
  /** What it does, in a sentence. */
  description: z.string().optional(),
  /** Everything that would be done, as the agent asked for it. */
  payload: z.record(z.string(), z.unknown()).optional(),
  /** The operation that carries it out, once approved. */
  operation_id: z.string().optional(),
});
export type Approval = z.output<typeof Approval>;

const Decision = z.strictObject({ id: ApprovalId, note: z.string().max(2000).optional() });

export const approvalEndpoints = {
  pending: endpoint({
    cmd: "pending",
    http: ["GET", "/api/v1/approvals"],
    access: "operator",
    input: z.strictObject({
      /** Also the resolved ones, newest first. */
      all: z.union([z.boolean(), z.enum(["true", "false"]).transform((s) => s === "true")]).default(false),
    }),
    output: z.object({ approvals: z.array(Approval) }),
    summary: "Approvals that wait for a decision.",
  }),
  approvalDiff: endpoint({
    cmd: "approval_diff",
    http: ["GET", "/api/v1/approvals/:id/diff"],
    access: "operator",
    input: z.strictObject({ id: ApprovalId }),
    output: z.object({
      approval: Approval,
      /** Files and numbers of lines; both empty where nothing is deployed. */
      stat: z.string(),
      /** Unified, with nothing left out: exactly what approving deploys. */
      diff: z.string(),
    }),
    summary: "One approval with everything it would change.",
  }),
  approve: endpoint({
    cmd: "approve",
    http: ["POST", "/api/v1/approvals/:id/approve"],
    access: "operator",
    input: Decision,
    output: z.object({ approval: Approval.optional() }),
    summary: "Approve: the action runs at once, at most once.",
  }),
  deny: endpoint({
    cmd: "deny",
    http: ["POST", "/api/v1/approvals/:id/deny"],
    access: "operator",
    input: Decision,
    output: z.object({ approval: Approval.optional() }),
    summary: "Deny; the agent that asked is told.",
  }),
} as const;
