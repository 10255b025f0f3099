/** From what happened to what a human should hear of. Pure but for remembering each agent's trouble. */
import type { AgentRow } from "../../wire/agents.ts";
import type { Approval } from "../../wire/approvals.ts";
import type { HiveEventData } from "../../wire/events.ts";
import { kindWords } from "../../wire/kind-words.ts";
import type { NewsKind } from "../../wire/notify.ts";
import type { Operation } from "../../wire/operations.ts";
import type { Question } from "../../wire/questions.ts";
import { agentTrouble, isFailedDeploy, isForHuman, type Trouble } from "../../wire/waiting.ts";

export interface News {
  readonly kind: NewsKind;
  /** What it is about: told once, replaced on the phone by newer news of the same, taken back when it is over. */
  readonly subject: string;
  readonly title: string;
  readonly body: string;
  /** Below the dashboard's root. */
  readonly path: string;
  /** Something stands still, or would be destroyed. */
  readonly urgent: boolean;
  /** It can happen again, and then is news again. */
  readonly recurs: boolean;
}

export interface Heard {
  readonly tell?: News;
  /** A subject that waits no longer. */
  readonly over?: string;
}

export function createListener(): (data: HiveEventData) => Heard {
  const troubles = new Map<string, Trouble>();
  const heardOfAgent = (agent: AgentRow): Heard => {
    const before = troubles.get(agent.name);
    const now = agentTrouble(agent);
    if (now === before) return {};
    if (now === undefined) troubles.delete(agent.name);
    else troubles.set(agent.name, now);
    return {
      ...(now === undefined ? {} : { tell: agentNews(agent, now) }),
      ...(before === undefined ? {} : { over: `${before}:${agent.name}` }),
    };
  };
  return (data) => {
    switch (data.type) {
      case "approval":
        return data.approval.status === "pending"
          ? { tell: approvalNews(data.approval) }
          : { over: approvalSubject(data.approval) };
      case "question":
        return isForHuman(data.question)
          ? { tell: questionNews(data.question) }
          : { over: questionSubject(data.question) };
      case "agent":
        return heardOfAgent(data.agent);
      case "agent_removed": {
        const before = troubles.get(data.name);
        troubles.delete(data.name);
        return before === undefined ? {} : { over: `${before}:${data.name}` };
      }
      case "operation":
        return isFailedDeploy(data.operation) ? { tell: deployNews(data.operation) } : {};
      default:
        return {};
    }
  };
}

function approvalSubject({ id }: Approval): string {
  return `approval:${id}`;
}

function questionSubject({ id }: Question): string {
  return `question:${id}`;
}

const INBOX = "#inbox";

function approvalNews(approval: Approval): News {
  const { agent, kind, description = "" } = approval;
  return {
    kind: "approval",
    subject: approvalSubject(approval),
    title: oneLine(`${agent} asks for: ${kindWords(kind)}`, TITLE_CHARS),
    body: oneLine(description, BODY_CHARS),
    path: INBOX,
    urgent: kind === "destroy",
    recurs: false,
  };
}

function questionNews(question: Question): News {
  return {
    kind: "question",
    subject: questionSubject(question),
    title: oneLine(`${question.from} asks you`, TITLE_CHARS),
    body: oneLine(question.question, BODY_CHARS),
    path: INBOX,
    urgent: false,
    recurs: false,
  };
}

const TROUBLE_WORDS: Readonly<Record<Trouble, string>> = {
  login: "needs a login",
  budget: "has used up its budget",
  agent: "was given up",
};

function agentNews(agent: AgentRow, trouble: Trouble): News {
  const { name, state, reason } = agent;
  const why = state !== undefined && "reason" in state ? state.reason : reason;
  return {
    kind: trouble,
    subject: `${trouble}:${name}`,
    title: oneLine(`${name} ${TROUBLE_WORDS[trouble]}`, TITLE_CHARS),
    body: oneLine(why ?? "", BODY_CHARS),
    path: INBOX,
    urgent: true,
    recurs: true,
  };
}

function deployNews({ id, kind, agent, error = "" }: Operation): News {
  const whose = agent === undefined ? "" : ` of ${agent}`;
  return {
    kind: "deploy",
    subject: `deploy:${id}`,
    title: oneLine(`${kindWords(kind)}${whose} failed`, TITLE_CHARS),
    body: oneLine(error, BODY_CHARS),
    path: "#log",
    urgent: true,
    recurs: false,
  };
}

const TITLE_CHARS = 80;
const BODY_CHARS = 300;

/** Agents choose these words: nothing in them may move text around, or end a header. */
export function oneLine(text: string, most: number): string {
  const plain = text
    .slice(0, most * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  const chars = [...plain];
  return chars.length <= most
    ? plain
    : `${chars
        .slice(0, most - 1)
        .join("")
        .trimEnd()}…`;
}
