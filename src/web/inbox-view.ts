/** What waits for the human, as one list. Pure. */
import type { AgentRow } from "../wire/agents.ts";
import type { Approval } from "../wire/approvals.ts";
import type { Message } from "../wire/messages.ts";
import type { Question } from "../wire/questions.ts";
import type { HiveState } from "./state.ts";

export type Waiting =
  | { readonly kind: "approval"; readonly key: string; readonly at: string; readonly approval: Approval }
  | { readonly kind: "question"; readonly key: string; readonly at: string; readonly question: Question }
  | { readonly kind: "agent"; readonly key: string; readonly at: string; readonly agent: AgentRow };

/** Greater is more dangerous to leave or to wave through. */
function risk(item: Waiting): number {
  if (item.kind === "approval") return item.approval.kind === "destroy" ? 4 : 3;
  if (item.kind === "agent") return 2;
  return 1;
}

/** Riskiest first, then newest. */
export function waitingItems(state: HiveState): Waiting[] {
  const items: Waiting[] = [];
  for (const approval of state.approvals.values())
    if (approval.status === "pending")
      items.push({ kind: "approval", key: `a${approval.id}`, at: approval.requested_at, approval });
  for (const question of state.questions.values())
    if (question.state === "open" && question.to === "operator")
      items.push({ kind: "question", key: `q${question.id}`, at: question.asked_at, question });
  for (const agent of state.agents.values())
    if (needsHuman(agent))
      items.push({ kind: "agent", key: `g${agent.name}`, at: agent.state_since ?? agent.created_at, agent });
  return items.sort((a, b) => risk(b) - risk(a) || b.at.localeCompare(a.at));
}

/** Only what does not mend itself: a rate limit or a backoff goes on alone. */
export function needsHuman(agent: AgentRow): boolean {
  if (agent.process === "failed") return true;
  const kind = agent.process === "running" && agent.connected ? agent.state?.kind : undefined;
  return kind === "needs_login" || kind === "failed" || kind === "budget_exhausted";
}

/** An outcome stays where it was awaited for this long. */
const FRESH_MS = 120_000;

/** Approved ones whose work is under way, or has ended just now; newest first. */
export function carriedOut(state: HiveState, now: number): Approval[] {
  return [...state.approvals.values()]
    .filter((approval) => isCarriedOut(state, approval, now))
    .sort((a, b) => (b.resolved_at ?? "").localeCompare(a.resolved_at ?? ""));
}

function isCarriedOut({ operations }: HiveState, { operation_id }: Approval, now: number): boolean {
  const operation = operation_id === undefined ? undefined : operations.get(operation_id);
  if (operation === undefined) return false;
  return operation.ended_at === undefined || now - Date.parse(operation.ended_at) < FRESH_MS;
}

export type Settled =
  | { readonly kind: "approval"; readonly key: string; readonly at: string; readonly approval: Approval }
  | { readonly kind: "question"; readonly key: string; readonly at: string; readonly question: Question };

/** Answered lately and over, newest first. */
export function settledItems(state: HiveState, now: number, limit = 12): Settled[] {
  const items: Settled[] = [];
  for (const approval of state.approvals.values())
    if (approval.status !== "pending" && !isCarriedOut(state, approval, now))
      items.push({
        kind: "approval",
        key: `a${approval.id}`,
        at: approval.resolved_at ?? approval.requested_at,
        approval,
      });
  for (const question of state.questions.values())
    if (question.state !== "open" && question.to === "operator")
      items.push({
        kind: "question",
        key: `q${question.id}`,
        at: question.answered_at ?? question.asked_at,
        question,
      });
  return items.sort((a, b) => b.at.localeCompare(a.at)).slice(0, limit);
}

/** Messages to the operator that nobody has looked at. */
export function unreadMessages(state: HiveState): Message[] {
  return [...state.messages.values()].filter(isUnread);
}

export function isUnread(message: Message): boolean {
  return message.to === "operator" && (message.state === "queued" || message.state === "delivered");
}
