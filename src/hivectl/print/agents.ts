/** Agents one by one, and as published clients read them. */
import type { AgentConfig } from "../../wire/agent-config.ts";
import type { AgentRow, AgentStatus } from "../../wire/agents.ts";
import { agentState } from "./agent-state.ts";
import { clean, cleanLine, indent, wrap } from "./clean.ts";
import type { Tone } from "./paint.ts";
import { type Cell, facts, table } from "./table.ts";
import { age, count, dateTime, money, type View } from "./view.ts";

/** By the precedence that every client of the host socket uses. */
function statusWord(status: AgentStatus): readonly [string, Tone] {
  if (status.failed) return ["failed", "bad"];
  if (status.needs_login) return ["needs login", "bad"];
  if (status.paused) return ["paused", "accent"];
  return status.running ? ["running", "good"] : ["stopped", "dim"];
}

export function printStatuses(statuses: readonly AgentStatus[], view: View): string {
  if (statuses.length === 0) return "no agents yet; create one: hivectl agent spawn NAME";
  const rows = statuses.map((status): Cell[] => {
    const [text, tone] = statusWord(status);
    return [
      { text: cleanLine(status.name), tone: "bold" },
      { text, tone },
      status.needs_update ? "update" : "",
      status.pending_reminders === 0 ? "" : String(status.pending_reminders),
      cleanLine(status.status_text ?? status.url ?? ""),
    ];
  });
  const head = ["NAME", "STATE", "NEEDS", "REMINDERS", "SAYS"];
  return table(rows, { head, width: view.width, paint: view.paint, right: [3] });
}

export function printAgent(
  { agent, config }: { readonly agent: AgentRow; readonly config: AgentConfig },
  view: View,
): string {
  const { paint, width } = view;
  const state = agentState(agent, view);
  const why = state.detail === undefined ? "" : `: ${state.detail}`;
  const rows: (readonly [string, Cell | undefined])[] = [
    ["name", { text: cleanLine(agent.name), tone: "bold" }],
    ["state", { text: `${state.word}${why}`, tone: state.tone }],
    ["expected", agent.expected],
    [
      "says",
      agent.status_text === undefined
        ? ""
        : `${cleanLine(agent.status_text)} (${age(agent.status_set_at, view)})`,
    ],
    ["role", agent.role === "manager" ? "manager" : ""],
    [
      "backend",
      agent.isolated
        ? cleanLine(agent.backend)
        : { text: `${cleanLine(agent.backend)}: not isolated`, tone: "warn" },
    ],
    ["model", cleanLine(agent.active_model ?? agent.model ?? config.model ?? "claude's default")],
    ["effort", agent.effort ?? config.effort],
    ["queued", `${agent.queued}, in the running turn ${agent.in_turn}`],
    ["reminders", agent.pending_reminders === 0 ? "" : String(agent.pending_reminders)],
    ["today", money(agent.cost_today_usd)],
    ["context", agent.context_tokens === undefined ? "" : `${count(agent.context_tokens)} tokens`],
    ["session", cleanLine(agent.session_id ?? "")],
    [
      "started",
      agent.started_at === undefined ? "" : `${age(agent.started_at, view)}, pid ${agent.pid ?? "?"}`,
    ],
    ["restarts", agent.restarts === 0 ? "" : { text: String(agent.restarts), tone: "warn" }],
    ["last seen", age(agent.last_seen_at, view)],
    ["created", dateTime(agent.created_at)],
    ["page", `http://127.0.0.1:${agent.web_port}/`],
    ["claude", cleanLine(agent.claude_version ?? "")],
    [
      "writes to",
      config.allowed_recipients.includes("*") ? "" : config.allowed_recipients.map(cleanLine).join(", "),
    ],
    ["limits", limits(config)],
  ];
  const prompt = config.system_prompt;
  const more =
    prompt === undefined
      ? ""
      : `\n\n${paint("dim", "added to its system prompt")}\n${indent(wrap(clean(prompt), Math.min(width, 100) - 2), "  ")}`;
  return facts(rows, paint) + more;
}

function limits({ limits: l }: AgentConfig): string {
  return [
    l.memory_max_bytes === undefined ? [] : [`${Math.round(l.memory_max_bytes / 1024 / 1024)} MiB`],
    l.tasks_max === undefined ? [] : [`${l.tasks_max} tasks`],
    l.cpu_quota_percent === undefined ? [] : [`${l.cpu_quota_percent}% of a core`],
  ]
    .flat()
    .join(", ");
}
