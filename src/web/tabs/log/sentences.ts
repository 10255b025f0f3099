/** Events of the timeline as sentences. Pure. */
import type { AgentRow } from "../../../wire/agents.ts";
import type { HiveEvent } from "../../../wire/events.ts";
import { kindWords } from "../../../wire/kind-words.ts";
import type { Message } from "../../../wire/messages.ts";
import type { Tone } from "../../agent-view.ts";
import { stateWord } from "../../agent-view.ts";
import { money, oneLine, plural, shortTime } from "../../format.ts";

export interface Sentence {
  readonly tone: Tone;
  /** For the filter: `message`, `agent`, … */
  readonly topic: HiveEvent["data"]["type"];
  readonly text: string;
  /** Agent it is about, for the link. */
  readonly agent?: string | undefined;
}

export interface Told {
  readonly event: HiveEvent;
  readonly said: Sentence;
}

/**
 * Newest first. A row of an agent or operation comes with each small change of it: what would be told in the same
 * words as the time before is left out.
 */
export function tellLog(events: readonly HiveEvent[]): Told[] {
  const last = new Map<string, string>();
  const told: Told[] = [];
  for (const event of events) {
    const said = sentenceOf(event, Date.parse(event.at));
    const subject = subjectOf(event);
    if (subject !== undefined && last.get(subject) === said.text) continue;
    if (subject !== undefined) last.set(subject, said.text);
    told.push({ event, said });
  }
  return told.reverse();
}

function subjectOf({ data }: HiveEvent): string | undefined {
  if (data.type === "agent") return `agent ${data.agent.name}`;
  return data.type === "operation" ? `operation ${data.operation.id}` : undefined;
}

/** `now` only decides how a later time is printed. */
export function sentenceOf(event: HiveEvent, now: number): Sentence {
  const data = event.data;
  const topic = data.type;
  switch (data.type) {
    case "agent":
      return { topic, agent: data.agent.name, ...agentSentence(data.agent) };
    case "agent_removed":
      return { topic, tone: "warn", text: `${data.name} was removed` };
    case "message":
      return { topic, ...messageSentence(data.message) };
    case "question":
      return { topic, ...questionSentence(data.question) };
    case "reminder": {
      const { agent, state, due_at, body } = data.reminder;
      const when = state === "pending" ? `for ${shortTime(due_at, now)}` : state;
      return { topic, agent, tone: "calm", text: `reminder of ${agent}, ${when}: ${oneLine(body, 80)}` };
    }
    case "schedule": {
      const { agent, cron, enabled } = data.schedule;
      const text = `schedule "${cron}" of ${agent} is ${enabled ? "on" : "off"}`;
      return { topic, agent, tone: "calm", text };
    }
    case "schedule_removed":
      return { topic, tone: "calm", text: "a schedule was removed" };
    case "approval": {
      const { agent, kind, status, description } = data.approval;
      const tone = status === "failed" ? "bad" : status === "pending" ? "warn" : "good";
      const what = description ?? kind.replaceAll("_", " ");
      return { topic, agent, tone, text: `approval asked by ${agent} is ${status}: ${oneLine(what, 90)}` };
    }
    case "operation": {
      const { kind, agent, state, step, error } = data.operation;
      const tone = state === "failed" ? "bad" : state === "done" ? "good" : "busy";
      const text = `${kindWords(kind)}${agent === undefined ? "" : ` of ${agent}`} ${state}: ${error ?? step}`;
      return { topic, agent, tone, text };
    }
    case "turn": {
      const { agent, outcome, cost_usd, duration_ms, num_turns } = data.usage;
      const took = `${Math.round(duration_ms / 1000)}s, ${plural(num_turns, "request")}, ${money(cost_usd)}`;
      return {
        topic,
        agent,
        tone: outcome === "ok" ? "good" : "warn",
        text: `turn of ${agent} ended ${outcome} (${took})`,
      };
    }
    case "notice":
      return { topic, agent: data.agent, tone: NOTICE_TONE[data.level], text: data.text };
  }
}

const NOTICE_TONE = { info: "calm", warn: "warn", error: "bad" } as const;

function agentSentence(agent: AgentRow): { readonly tone: Tone; readonly text: string } {
  const { word, tone } = stateWord(agent);
  const reason = agent.reason === undefined ? "" : `: ${agent.reason}`;
  return { tone, text: `${agent.name} is ${word}${reason}` };
}

const MESSAGE_SAYS = {
  queued: ({ from, to }) => `${from} wrote to ${to}`,
  delivered: ({ from, to }) => `a message of ${from} reached ${to}`,
  read: ({ from, to }) => `${to} read a message of ${from}`,
  handled: ({ from, to }) => `${to} is done with a message of ${from}`,
  failed: ({ from, to }) => `a message of ${from} did not get through to ${to}`,
} as const satisfies Record<Message["state"], (message: Message) => string>;

function messageSentence(message: Message): {
  readonly tone: Tone;
  readonly text: string;
  readonly agent?: string;
} {
  const { from, to, state, body, reason } = message;
  const about = reason === undefined ? oneLine(body, 80) : `${reason} · ${oneLine(body, 60)}`;
  const agent = to === "operator" ? from : to;
  return {
    tone: state === "failed" ? "bad" : state === "queued" ? "busy" : "off",
    text: `${MESSAGE_SAYS[state](message)}: ${about}`,
    agent,
  };
}

function questionSentence(question: {
  readonly from: string;
  readonly to: string;
  readonly question: string;
  readonly state: string;
  readonly answer?: string | undefined;
  readonly answered_by?: string | undefined;
}): { readonly tone: Tone; readonly text: string; readonly agent: string } {
  const { from, to, state, answer, answered_by } = question;
  const asked = oneLine(question.question, 80);
  if (state === "open") return { tone: "warn", text: `${from} asks ${to}: ${asked}`, agent: from };
  if (state === "answered")
    return {
      tone: "good",
      text: `${answered_by ?? to} answered ${from}: ${oneLine(answer ?? "", 80)}`,
      agent: from,
    };
  return { tone: "off", text: `question of ${from} is ${state}: ${asked}`, agent: from };
}
