/** The hive's timeline, a line for each thing that happened. What an event repeats is left out. */

import { assertNever } from "../../lib/assert-never.ts";
import { formatDuration } from "../../lib/duration.ts";
import type { HiveEvent, HiveEventData, Snapshot, StreamFrame } from "../../wire/events.ts";
import { kindWords } from "../../wire/kind-words.ts";
import type { Question } from "../../wire/questions.ts";
import { agentState } from "./agent-state.ts";
import { cleanLine, fit, indent, wrap } from "./clean.ts";
import { MESSAGE_TONES } from "./messages.ts";
import type { Tone } from "./paint.ts";
import { clockTime, count, dateTime, money, plural, type View } from "./view.ts";

export type TimelinePrinter = (frame: StreamFrame) => string | undefined;

/** Columns before the text: the time, what it is, blanks. */
const TEXT_AT = 21;

interface Line {
  readonly what: string;
  readonly tone?: Tone;
  readonly text: string;
}

/** Remembers what it said of each agent, and says it again only when it has changed. */
export function createTimelinePrinter(view: View, onlyAgent?: string): TimelinePrinter {
  const words = new Map<string, string>();
  const steps = new Map<string, string>();
  /** A step whose share alone has grown. */
  const repeats = (data: HiveEventData, { text }: Line): boolean => {
    if (data.type !== "operation") return false;
    const said = steps.get(data.operation.id);
    if (data.operation.state === "running") steps.set(data.operation.id, text);
    else steps.delete(data.operation.id);
    return said === text;
  };
  return (frame) => {
    if (frame.type === "gap") {
      return view.paint("warn", `-- events ${frame.after + 1} to ${frame.seq} are no longer stored`);
    }
    if (frame.type === "snapshot") {
      for (const agent of frame.snapshot.agents) words.set(agent.name, wordOf(agent));
      return [snapshotLines(frame.snapshot, view), ...openQuestions(frame.snapshot, onlyAgent, view)].join(
        "\n",
      );
    }
    const { event } = frame;
    if (onlyAgent !== undefined && !concerns(event.data, onlyAgent)) return undefined;
    const line = lineOf(event.data, words);
    if (line === undefined || repeats(event.data, line)) return undefined;
    const howTo = event.data.type === "question" ? howToAnswer(event.data.question, view) : [];
    return [render(event, line, view), ...howTo].join("\n");
  };
}

/** What waits for the person at the terminal is shown whole, with the command that ends the wait. */
function howToAnswer(question: Question, view: View): readonly string[] {
  if (question.state !== "open" || question.to !== "operator") return [];
  const whole = wrap(cleanLine(question.question), view.width - TEXT_AT);
  const choices = question.choices.map((choice) => `· ${cleanLine(choice)}`);
  const command = view.paint("accent", `hivectl ask answer ${question.id} "…"`);
  return indent([...whole, ...choices, command], " ".repeat(TEXT_AT)).split("\n");
}

function openQuestions(snapshot: Snapshot, onlyAgent: string | undefined, view: View): readonly string[] {
  return snapshot.questions
    .filter(({ state, to, from }) => state === "open" && to === "operator" && (onlyAgent ?? from) === from)
    .flatMap((question) => [
      render({ at: question.asked_at }, questionLine(question), view),
      ...howToAnswer(question, view),
    ]);
}

function render({ at }: Pick<HiveEvent, "at">, { what, tone = "plain", text }: Line, view: View): string {
  const head = `${view.paint("dim", clockTime(at))}  ${view.paint(tone, what.padEnd(9))}  `;
  return head + fit(cleanLine(text), view.width - TEXT_AT);
}

function snapshotLines(snapshot: Snapshot, view: View): string {
  const line = view.paint("dim", snapshotLine(snapshot));
  if (snapshot.info.isolated) return line;
  return `${line}\n${view.paint("warn", "! not isolated: the agents can read and change what you can")}`;
}

function snapshotLine({ agents, at, info, approvals, questions }: Snapshot): string {
  const open = questions.filter(({ state, to }) => state === "open" && to === "operator").length;
  const pending = approvals.filter(({ status }) => status === "pending").length;
  const waits = [
    ...(open === 0 ? [] : [plural(open, "question")]),
    ...(pending === 0 ? [] : [plural(pending, "approval")]),
  ].join(" and ");
  const you = waits === "" ? "" : `; ${waits} ${open + pending === 1 ? "waits" : "wait"} for you`;
  return `-- ${cleanLine(info.hive)}, ${dateTime(at)}: ${plural(agents.length, "agent")}${you}`;
}

type AgentInEvent = Extract<HiveEventData, { type: "agent" }>["agent"];

/** Without times, which change all the time. */
function wordOf(agent: AgentInEvent): string {
  const { word, detail } = agentState({ ...agent, state_since: undefined }, { now: 0 });
  const why =
    word === "working" || detail === undefined || agent.state?.kind === "rate_limited" ? "" : `: ${detail}`;
  return word + why;
}

function toneOf(agent: AgentInEvent): Tone {
  return agentState(agent, { now: 0 }).tone;
}

function lineOf(data: HiveEventData, words: Map<string, string>): Line | undefined {
  switch (data.type) {
    case "agent": {
      const word = wordOf(data.agent);
      const said = words.get(data.agent.name);
      words.set(data.agent.name, word);
      return said === word ? undefined : { what: data.agent.name, tone: toneOf(data.agent), text: word };
    }
    case "agent_removed":
      words.delete(data.name);
      return { what: data.name, tone: "warn", text: "removed" };
    case "message": {
      const { from, to, state, body, reason } = data.message;
      const why = reason === undefined ? "" : ` (${reason})`;
      return { what: state, tone: MESSAGE_TONES[state], text: `${from} → ${to}${why}: ${body}` };
    }
    case "question":
      return questionLine(data.question);
    case "reminder":
      return {
        what: "reminder",
        text: `${data.reminder.agent}, ${data.reminder.state}: ${data.reminder.body}`,
      };
    case "schedule":
      return {
        what: "schedule",
        text: `${data.schedule.agent}, ${data.schedule.enabled ? data.schedule.cron : "off"}: ${data.schedule.body}`,
      };
    case "schedule_removed":
      return { what: "schedule", text: `${data.id} removed` };
    case "approval":
      return approvalLine(data.approval);
    case "operation":
      return operationLine(data.operation);
    case "turn": {
      const { agent, outcome, duration_ms: ms, cost_usd: cost, output_tokens: out } = data.usage;
      const text = `${agent}: ${outcome} after ${formatDuration(ms)}, ${count(out)} tokens out, ${money(cost)}`;
      return { what: "turn", tone: outcome === "ok" ? "good" : "bad", text };
    }
    case "notice": {
      const about = data.agent === undefined ? "" : `${data.agent}: `;
      const tone = { info: "plain", warn: "warn", error: "bad" } as const;
      return {
        what: data.level === "info" ? "notice" : data.level,
        tone: tone[data.level],
        text: about + data.text,
      };
    }
    default:
      return assertNever(data);
  }
}

function questionLine(question: Question): Line {
  const { from, to, state, answer } = question;
  if (state === "open" && to === "operator")
    return { what: "question", tone: "warn", text: `${from} asks you:` };
  if (state === "open")
    return { what: "question", tone: "warn", text: `${from} asks ${to}: ${question.question}` };
  return { what: "question", text: `${from}: ${state}${answer === undefined ? "" : `: ${answer}`}` };
}

function approvalLine(approval: Extract<HiveEventData, { type: "approval" }>["approval"]): Line {
  const about = approval.description === undefined ? "" : `: ${approval.description}`;
  const text = `#${approval.id} ${kindWords(approval.kind)} of ${approval.agent}, ${approval.status}${about}`;
  return { what: "approval", tone: approval.status === "pending" ? "warn" : "plain", text };
}

function operationLine(operation: Extract<HiveEventData, { type: "operation" }>["operation"]): Line {
  const { kind, agent = "", state, step, error } = operation;
  const text = `${kindWords(kind)} ${agent}: ${state === "running" ? step : state}${error === undefined ? "" : `: ${error}`}`;
  return { what: "operation", tone: state === "failed" ? "bad" : "plain", text };
}

function concerns(data: HiveEventData, agent: string): boolean {
  switch (data.type) {
    case "agent":
      return data.agent.name === agent;
    case "agent_removed":
      return data.name === agent;
    case "message":
      return data.message.from === agent || data.message.to === agent;
    case "question":
      return data.question.from === agent || data.question.to === agent;
    case "reminder":
      return data.reminder.agent === agent;
    case "schedule":
      return data.schedule.agent === agent;
    case "schedule_removed":
      return false;
    case "approval":
      return data.approval.agent === agent;
    case "operation":
      return data.operation.agent === agent;
    case "turn":
      return data.usage.agent === agent;
    case "notice":
      return data.agent === agent;
    default:
      return assertNever(data);
  }
}
