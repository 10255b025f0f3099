/** The table of `hivectl list`. */
import type { AgentRow } from "../../wire/agents.ts";
import { agentState } from "./agent-state.ts";
import { cleanLine } from "./clean.ts";
import { table } from "./table.ts";
import { money, type View } from "./view.ts";

export function printAgents(agents: readonly AgentRow[], view: View): string {
  if (agents.length === 0) return "no agents yet; create one: hivectl agent spawn NAME";
  const rows = [...agents]
    .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))
    .map((row) => {
      const { word, tone, detail } = agentState(row, view);
      return [
        { text: cleanLine(row.name), tone: row.role === "manager" ? ("accent" as const) : ("bold" as const) },
        { text: word, tone },
        row.queued === 0 ? "" : String(row.queued),
        cleanLine(row.active_model ?? row.model ?? "").replace(/^claude-/, ""),
        money(row.cost_today_usd),
        detail ?? cleanLine(row.status_text ?? ""),
      ];
    });
  const head = ["NAME", "STATE", "QUEUED", "MODEL", "TODAY", "DOING"];
  const listed = table(rows, { head, width: view.width, paint: view.paint, right: [2, 4], shrink: [0] });
  const open = agents.filter((row) => !row.isolated).map((row) => row.backend);
  return open.length === 0 ? listed : `${listed}\n${notIsolated([...new Set(open)], view)}`;
}

/** The manager stands first. */
function rank(row: AgentRow): number {
  return row.role === "manager" ? 0 : 1;
}

function notIsolated(backends: readonly string[], { paint }: View): string {
  const names = backends.map(cleanLine).join(", ");
  return paint("warn", `! not isolated: backend "${names}" lets agents read and change what you can`);
}
