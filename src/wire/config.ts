/** Configurations of agents: what runs, what ran, and back to it. Changes are approvals (approvals.ts). */
import { z } from "zod";
import { Approval } from "./approvals.ts";
import { endpoint } from "./endpoint.ts";
import { AgentName, ApprovalId, Timestamp } from "./ids.ts";

/** The number of a deployment, a tag such as `deployed/7`, or the beginning of a sha. */
const Ref = z.string().min(1).max(60);

export const DeploymentRow = z.object({
  /** Of the approval. */
  id: ApprovalId,
  sha: z.string(),
  /** First line of the commit's message. */
  subject: z.string(),
  result: z.enum(["proposed", "deploying", "deployed", "failed"]),
  /** Why it failed. */
  reason: z.string().optional(),
  /** It is what runs. */
  current: z.boolean(),
  /** Of the approval: a proposal may have been denied. */
  status: z.string().optional(),
  /** The operation that deployed it, with its log. */
  operation_id: z.string().optional(),
  /** Its steps, in order. */
  tags: z.array(z.object({ name: z.string(), at: Timestamp })),
});
export type DeploymentRow = z.output<typeof DeploymentRow>;

export const configEndpoints = {
  configLog: endpoint({
    cmd: "config_log",
    http: ["GET", "/api/v1/agents/:name/config/log"],
    access: "operator",
    input: z.strictObject({ name: AgentName }),
    output: z.object({ deployments: z.array(DeploymentRow) }),
    summary: "Deployments of an agent's configuration, newest first.",
  }),
  configShow: endpoint({
    cmd: "config_show",
    http: ["GET", "/api/v1/agents/:name/config"],
    access: "operator",
    input: z.strictObject({ name: AgentName, ref: Ref.optional() }),
    output: z.object({
      sha: z.string(),
      subject: z.string(),
      /** It is what runs. */
      current: z.boolean(),
      agent_json: z.string(),
      files: z.array(z.object({ path: z.string(), bytes: z.int() })),
    }),
    summary: "One configuration: what runs, or a named one.",
  }),
  configDiff: endpoint({
    cmd: "config_diff",
    http: ["GET", "/api/v1/agents/:name/config/diff"],
    access: "operator",
    input: z.strictObject({ name: AgentName, from: Ref, to: Ref.default("current") }),
    output: z.object({ stat: z.string(), diff: z.string() }),
    summary: "What changed from one configuration to another, or to what runs.",
  }),
  configRollback: endpoint({
    cmd: "config_rollback",
    http: ["POST", "/api/v1/agents/:name/config/rollback"],
    access: "operator",
    input: z.strictObject({
      name: AgentName,
      /** Number of the deployment. */
      to: ApprovalId,
    }),
    output: z.object({ approval: Approval, operation_id: z.string() }),
    summary: "Deploy an older deployment's commit again, as a deployment of its own.",
  }),
} as const;
