/** How one agent is told in words and lights, from what is observed. Pure; drawn by ui/ and tabs/swarm. */
import type { AgentRow, HarnessState } from "../wire/agents.ts";
import { countdown } from "./format.ts";

export type Tone = "good" | "busy" | "warn" | "bad" | "calm" | "off";

export interface Light {
  readonly name: "expected" | "actual" | "able";
  readonly tone: Tone;
  readonly text: string;
}

export interface AgentView {
  readonly word: string;
  readonly tone: Tone;
  /** Since when the word is true, where it is known. */
  readonly since: string | undefined;
  /** What it is doing, or why it does nothing. */
  readonly line: string;
  readonly lights: readonly [Light, Light, Light];
}

export function viewAgent(agent: AgentRow, now: number): AgentView {
  const { word, tone } = stateWord(agent);
  return { word, tone, since: agent.state_since, line: stateLine(agent, now), lights: lightsOf(agent) };
}

/** By precedence: failed, needs login, paused, not running, then what the harness says. */
export function stateWord(agent: AgentRow): { readonly word: string; readonly tone: Tone } {
  if (agent.process === "failed" || agent.state?.kind === "failed") return { word: "failed", tone: "bad" };
  if (agent.state?.kind === "needs_login") return { word: "needs login", tone: "bad" };
  if (agent.paused && agent.process === "running")
    return agent.state?.kind === "turn"
      ? { word: "pausing after this turn", tone: "calm" }
      : { word: "paused", tone: "calm" };
  if (agent.process === "backoff") return { word: "restarting", tone: "warn" };
  if (agent.process !== "running") return { word: agent.process, tone: processTone(agent) };
  if (!agent.connected || agent.state === undefined) return { word: "not answering", tone: "warn" };
  return HARNESS_WORDS[agent.state.kind];
}

export const HARNESS_WORDS: Readonly<
  Record<HarnessState["kind"], { readonly word: string; readonly tone: Tone }>
> = {
  starting: { word: "starting", tone: "warn" },
  idle: { word: "idle", tone: "good" },
  turn: { word: "working", tone: "busy" },
  compacting: { word: "compacting", tone: "busy" },
  needs_login: { word: "needs login", tone: "bad" },
  paused: { word: "paused", tone: "calm" },
  rate_limited: { word: "rate limited", tone: "warn" },
  budget_exhausted: { word: "out of budget", tone: "warn" },
  failed: { word: "failed", tone: "bad" },
};

function processTone(agent: AgentRow): Tone {
  if (agent.process === "running") return "good";
  if (agent.process === "failed") return "bad";
  return agent.process === "stopped" && agent.expected === "stopped" ? "off" : "warn";
}

function stateLine(agent: AgentRow, now: number): string {
  if (agent.process === "backoff" && agent.retry_at !== undefined)
    return `${agent.reason ?? "it ended"} · again in ${countdown(agent.retry_at, now)}`;
  if (agent.process !== "running") return agent.reason ?? "";
  const state = agent.state;
  if (!agent.connected || state === undefined)
    return agent.reason ?? "the process lives, its harness does not answer";
  if (state.kind === "rate_limited") return `${state.reason} · on again in ${countdown(state.until, now)}`;
  if ("reason" in state) return state.reason;
  const activity = state.kind === "turn" ? state.activity : undefined;
  return agent.status_text ?? activity ?? "";
}

function lightsOf(agent: AgentRow): readonly [Light, Light, Light] {
  return [
    { name: "expected", tone: agent.expected === "running" ? "good" : "off", text: agent.expected },
    actualLight(agent),
    ableLight(agent),
  ];
}

function actualLight(agent: AgentRow): Light {
  if (agent.process === "running" && !agent.connected)
    return { name: "actual", tone: "warn", text: "running, not answering" };
  return { name: "actual", tone: processTone(agent), text: agent.process };
}

const ABLE: Readonly<Record<HarnessState["kind"], readonly [Tone, string]>> = {
  starting: ["warn", "not yet"],
  idle: ["good", "ready"],
  turn: ["good", "in a turn"],
  compacting: ["good", "compacting"],
  needs_login: ["bad", "no login"],
  paused: ["calm", "paused"],
  rate_limited: ["warn", "rate limited"],
  budget_exhausted: ["warn", "out of budget"],
  failed: ["bad", "failed"],
};

function ableLight(agent: AgentRow): Light {
  if (agent.process !== "running" || !agent.connected || agent.state === undefined)
    return { name: "able", tone: "off", text: "unknown" };
  const [tone, text] = ABLE[agent.state.kind];
  return { name: "able", tone, text };
}

/** Manager first, then by name. */
export function byRole(a: AgentRow, b: AgentRow): number {
  if (a.role !== b.role) return a.role === "manager" ? -1 : 1;
  return a.name.localeCompare(b.name);
}
