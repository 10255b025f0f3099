/** What waits for the operator, as one list: three lines each, the last one a command to copy. */
import type { AgentRow } from "../../wire/agents.ts";
import type { Approval } from "../../wire/approvals.ts";
import type { Output } from "../../wire/endpoint.ts";
import type { inboxEndpoints } from "../../wire/inbox.ts";
import { kindWords } from "../../wire/kind-words.ts";
import type { Operation } from "../../wire/operations.ts";
import type { Question } from "../../wire/questions.ts";
import { agentTrouble, type Trouble, waitingOf } from "../../wire/waiting.ts";
import { shownId } from "../short-id.ts";
import { agentState } from "./agent-state.ts";
import { cleanLine, fit } from "./clean.ts";
import type { Tone } from "./paint.ts";
import { age, plural, type View } from "./view.ts";

interface Item {
  readonly what: string;
  readonly tone: Tone;
  readonly who: string;
  readonly at: string;
  readonly text: string;
  readonly next: string;
}

export function printInbox(inbox: Output<(typeof inboxEndpoints)["inbox"]>, view: View): string {
  const waiting = waitingOf(inbox);
  const items = [
    ...waiting.flatMap((item) => (item.kind === "approval" ? approvalItem(item.approval) : [])),
    ...waiting.flatMap((item) => (item.kind === "agent" ? agentItem(item.agent, view) : [])),
    ...inbox.operations.map(deployItem),
    ...waiting.flatMap((item) => (item.kind === "question" ? questionItem(item.question, view) : [])),
  ];
  if (items.length === 0) return "nothing waits for you";
  const sum = view.paint("dim", `${plural(items.length, "thing")} waiting, riskiest first`);
  return [...items.map((item) => block(item, view)), sum].join("\n\n");
}

function block({ what, tone, who, at, text, next }: Item, view: View): string {
  const { paint, width } = view;
  const head = `${paint(tone, what)}  ${paint("bold", who)}  ${paint("dim", age(at, view))}`;
  const said = text === "" ? [] : [`  ${fit(text, width - 2)}`];
  return [head, ...said, `  ${paint("dim", `→ ${next}`)}`].join("\n");
}

function approvalItem({ id, kind, agent, requested_at, description = "" }: Approval): Item {
  return {
    what: `approval #${id}: ${cleanLine(kindWords(kind))}`,
    tone: kind === "destroy" ? "bad" : "warn",
    who: cleanLine(agent),
    at: requested_at,
    text: cleanLine(description),
    next: `hivectl approval show ${id}, then hivectl approve ${id} or deny ${id}`,
  };
}

const REMEDIES: Readonly<Record<Trouble, (name: string) => string>> = {
  login: () => "hivectl doctor",
  budget: (name) => `hivectl usage ${name}`,
  agent: (name) => `hivectl agent logs ${name}`,
};

function agentItem(agent: AgentRow, view: View): Item {
  const { word, tone, detail = "" } = agentState(agent, view);
  const name = cleanLine(agent.name);
  return {
    what: word,
    tone,
    who: name,
    at: agent.state_since ?? agent.created_at,
    text: detail,
    next: REMEDIES[agentTrouble(agent) ?? "agent"](name),
  };
}

function deployItem({ id, kind, agent = "", started_at, ended_at, error = "", hint }: Operation): Item {
  return {
    what: `${cleanLine(kindWords(kind))} failed`,
    tone: "bad",
    who: cleanLine(agent),
    at: ended_at ?? started_at,
    text: cleanLine(error),
    next: hint === undefined ? `hivectl operation show ${id}` : cleanLine(hint),
  };
}

function questionItem(question: Question, view: View): Item {
  const choices = question.choices.map(cleanLine).join(" | ");
  return {
    what: "question",
    tone: "accent",
    who: cleanLine(question.from),
    at: question.asked_at,
    text: cleanLine(question.question),
    next: `hivectl ask answer ${shownId(question.id, view)} "${choices === "" ? "…" : choices}"`,
  };
}
