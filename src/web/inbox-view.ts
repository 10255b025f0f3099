/** What waits for the human, as one list. Pure. */
import type { Approval } from "../wire/approvals.ts";
import type { Message } from "../wire/messages.ts";
import type { Question } from "../wire/questions.ts";
import { type Waiting, waitingOf } from "../wire/waiting.ts";
import type { HiveState } from "./state.ts";

export type { Waiting };

/** Riskiest first, then newest. */
export function waitingItems(state: HiveState): Waiting[] {
  return waitingOf({
    approvals: state.approvals.values(),
    questions: state.questions.values(),
    agents: state.agents.values(),
  });
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
