/** What the turns cost: summed by agent, and one by one. */
import { formatDuration } from "../../lib/duration.ts";
import type { UsageRow } from "../../wire/usage.ts";
import { cleanLine } from "./clean.ts";
import { type Cell, table } from "./table.ts";
import { count, money, plural, shortAge, type View } from "./view.ts";

export interface UsageAnswer {
  readonly turns: readonly UsageRow[];
  readonly total_cost_usd: number;
}

const cached = (row: UsageRow): number => row.cache_read_tokens + row.cache_write_tokens;

export function printUsage({ turns, total_cost_usd: total }: UsageAnswer, view: View): string {
  if (turns.length === 0) return "no turns in this time";
  const byAgent = Map.groupBy(turns, ({ agent }) => agent);
  const rows = [...byAgent]
    .map(([agent, own]) => ({ agent, own, cost: sum(own, (row) => row.cost_usd) }))
    .sort((a, b) => b.cost - a.cost)
    .map(({ agent, own, cost }): Cell[] => [
      { text: cleanLine(agent), tone: "bold" },
      String(own.length),
      count(sum(own, (row) => row.input_tokens)),
      count(sum(own, cached)),
      count(sum(own, (row) => row.output_tokens)),
      formatDuration(sum(own, (row) => row.duration_ms)),
      money(cost),
    ]);
  const head = ["AGENT", "TURNS", "IN", "CACHED", "OUT", "TIME", "COST"];
  const listed = table(rows, { head, width: view.width, paint: view.paint, right: [1, 2, 3, 4, 5, 6] });
  return `${listed}\n${view.paint("dim", `${plural(turns.length, "turn")}, ${money(total)} in all`)}`;
}

export function printTurns({ turns, total_cost_usd: total }: UsageAnswer, view: View): string {
  if (turns.length === 0) return "no turns in this time";
  const rows = turns
    .toReversed()
    .map((row): Cell[] => [
      { text: cleanLine(row.agent), tone: "bold" },
      shortAge(row.ended_at, view),
      { text: cleanLine(row.outcome), tone: row.outcome === "ok" ? "good" : "bad" },
      count(row.input_tokens),
      count(cached(row)),
      count(row.output_tokens),
      formatDuration(row.duration_ms),
      money(row.cost_usd),
      cleanLine(row.model ?? "").replace(/^claude-/, ""),
    ]);
  const head = ["AGENT", "AGE", "END", "IN", "CACHED", "OUT", "TIME", "COST", "MODEL"];
  const listed = table(rows, { head, width: view.width, paint: view.paint, right: [3, 4, 5, 6, 7] });
  return `${listed}\n${view.paint("dim", `${plural(turns.length, "turn")}, ${money(total)} in all`)}`;
}

function sum(rows: readonly UsageRow[], of: (row: UsageRow) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
