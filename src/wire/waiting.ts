/** What waits for a human: one answer for the dashboard, the terminal and notifications. Pure. */
import type { AgentRow } from "./agents.ts";
import type { Approval } from "./approvals.ts";
import type { Operation } from "./operations.ts";
import type { Question } from "./questions.ts";

export type Waiting =
  | { readonly kind: "approval"; readonly key: string; readonly at: string; readonly approval: Approval }
  | { readonly kind: "question"; readonly key: string; readonly at: string; readonly question: Question }
  | { readonly kind: "agent"; readonly key: string; readonly at: string; readonly agent: AgentRow };

export interface HiveRows {
  readonly approvals: Iterable<Approval>;
  readonly questions: Iterable<Question>;
  readonly agents: Iterable<AgentRow>;
}

/** Riskiest first, then newest. */
export function waitingOf({ approvals, questions, agents }: HiveRows): Waiting[] {
  const items: Waiting[] = [];
  for (const approval of approvals)
    if (approval.status === "pending")
      items.push({ kind: "approval", key: `a${approval.id}`, at: approval.requested_at, approval });
  for (const question of questions)
    if (isForHuman(question))
      items.push({ kind: "question", key: `q${question.id}`, at: question.asked_at, question });
  for (const agent of agents)
    if (agentTrouble(agent) !== undefined)
      items.push({ kind: "agent", key: `g${agent.name}`, at: agent.state_since ?? agent.created_at, agent });
  return items.sort((a, b) => risk(b) - risk(a) || b.at.localeCompare(a.at));
}

/** Greater is more dangerous to leave or to wave through. */
function risk(item: Waiting): number {
  if (item.kind === "approval") return item.approval.kind === "destroy" ? 4 : 3;
  if (item.kind === "agent") return 2;
  return 1;
}

export function isForHuman(question: Question): boolean {
  return question.state === "open" && question.to === "operator";
}

export type Trouble = "login" | "budget" | "agent";

/** Only what does not mend itself: a rate limit or a backoff goes on alone. */
export function agentTrouble(agent: AgentRow): Trouble | undefined {
  if (agent.process === "failed") return "agent";
  const kind = agent.process === "running" && agent.connected ? agent.state?.kind : undefined;
  if (kind === "needs_login") return "login";
  if (kind === "budget_exhausted") return "budget";
  return kind === "failed" ? "agent" : undefined;
}

/** Slow work that changes what runs: when it fails, somebody has to look. */
const DEPLOYS: ReadonlySet<string> = new Set([
  "spawn",
  "init_config",
  "merge_config_pr",
  "update_meta_inputs",
]);

export function isFailedDeploy(operation: Operation): boolean {
  return operation.state === "failed" && DEPLOYS.has(operation.kind);
}

/** Failed after `since`, and not mended by a later one of the same kind for the same agent; newest first. */
export function failedDeploys(operations: readonly Operation[], since: number): Operation[] {
  const mends = (failed: Operation) => (other: Operation) =>
    other.state !== "failed" &&
    other.kind === failed.kind &&
    other.agent === failed.agent &&
    other.started_at > failed.started_at;
  return operations
    .filter((one) => isFailedDeploy(one) && Date.parse(one.ended_at ?? one.started_at) > since)
    .filter((one) => !operations.some(mends(one)))
    .sort((a, b) => b.started_at.localeCompare(a.started_at));
}
