/** One word for an agent, by precedence: what needs the operator first, then what it does. Total over the wire. */
import type { AgentRow } from "../../wire/agents.ts";
import { cleanLine } from "./clean.ts";
import type { Tone } from "./paint.ts";
import { shortAge, type View } from "./view.ts";

export interface AgentState {
  readonly word: string;
  readonly tone: Tone;
  /** Why, or until when. */
  readonly detail?: string;
}

type Row = Pick<
  AgentRow,
  "process" | "paused" | "connected" | "state" | "expected" | "reason" | "retry_at" | "state_since"
>;

const PROCESS: Readonly<Record<Exclude<AgentRow["process"], "running">, AgentState>> = {
  failed: { word: "failed", tone: "bad" },
  backoff: { word: "restarting", tone: "warn" },
  starting: { word: "starting", tone: "warn" },
  stopping: { word: "stopping", tone: "warn" },
  stopped: { word: "stopped", tone: "dim" },
};

export function agentState(row: Row, view: Pick<View, "now">): AgentState {
  const reason = row.reason === undefined ? {} : { detail: cleanLine(row.reason) };
  if (row.process === "failed") return { ...PROCESS.failed, ...reason };
  if (row.state?.kind === "needs_login") {
    return { word: "needs login", tone: "bad", detail: cleanLine(row.state.reason) };
  }
  if (row.process !== "running") {
    const retry = row.retry_at === undefined ? {} : { detail: retryDetail(row, view) };
    return { ...PROCESS[row.process], ...reason, ...retry };
  }
  if (row.paused && row.state?.kind !== "turn") return { word: "paused", tone: "accent" };
  if (!row.connected || row.state === undefined) return { word: "not answering", tone: "warn", ...reason };
  return harnessState(row.state, row.state_since, view);
}

function retryDetail(row: Row, view: Pick<View, "now">): string {
  const why = row.reason === undefined ? "" : `${cleanLine(row.reason)}, `;
  return `${why}again ${Date.parse(row.retry_at ?? "") > view.now ? `in ${shortAge(row.retry_at, view).replace("in ", "")}` : "now"}`;
}

function harnessState(
  state: NonNullable<AgentRow["state"]>,
  since: string | undefined,
  view: Pick<View, "now">,
): AgentState {
  const time = shortAge(since, view);
  switch (state.kind) {
    case "turn":
      return {
        word: `working ${time}`.trim(),
        tone: "warn",
        ...(state.activity === undefined
          ? {}
          : {
              detail: cleanLine(state.activity)
                .replace(/^mcp__(hyperhive__)?/, "")
                .replace("__", " "),
            }),
      };
    case "idle":
      return { word: `idle ${time}`.trim(), tone: "good" };
    case "rate_limited":
      return { word: "rate limited", tone: "warn", detail: `on again ${shortAge(state.until, view)}` };
    case "budget_exhausted":
      return { word: "out of budget", tone: "warn", detail: cleanLine(state.reason) };
    case "failed":
      return { word: "failed", tone: "bad", detail: cleanLine(state.reason) };
    case "needs_login":
      return { word: "needs login", tone: "bad", detail: cleanLine(state.reason) };
    case "compacting":
    case "starting":
      return { word: state.kind, tone: "warn" };
    case "paused":
      return { word: "paused", tone: "accent" };
    default:
      // A newer harness: its own word.
      return { word: cleanLine(String((state as { kind: unknown }).kind)), tone: "plain" };
  }
}
