/** Columns that line up. Pure; foreign text must have gone through clean.ts. */
import { columnsOf, fit } from "./clean.ts";
import type { Paint, Tone } from "./paint.ts";

export type Cell = string | { readonly text: string; readonly tone: Tone };

export interface TableOptions {
  readonly head: readonly string[];
  /** Total columns; the last column is cut to fit. */
  readonly width: number;
  readonly paint: Paint;
  /** Indexes of columns that stand to the right. */
  readonly right?: readonly number[];
  /** Indexes of columns that are cut, too, where the last one would have no room to say anything. */
  readonly shrink?: readonly number[];
}

/** What the last column should have. */
const LAST_ROOM = 28;
/** A name is still known by so much of it. */
const LEAST = 14;

const GAP = "  ";

/** Without a final newline. Columns that are empty in every row are left out. */
export function table(rows: readonly (readonly Cell[])[], options: TableOptions): string {
  const { head, paint, width } = options;
  const used = head.map((_, column) => column).filter((c) => rows.some((row) => textOf(row[c]) !== ""));
  const widths = used.map((c) =>
    Math.max(columnsOf(head[c] ?? ""), ...rows.map((row) => columnsOf(textOf(row[c])))),
  );
  const last = used.length - 1;
  const before = (): number => widths.slice(0, last).reduce((sum, w) => sum + w + GAP.length, 0);
  for (const column of options.shrink ?? []) {
    const at = used.indexOf(column);
    const wide = widths[at];
    if (at === -1 || at === last || wide === undefined) continue;
    const lacking = Math.min(LAST_ROOM, widths[last] ?? 0) - (width - before());
    if (lacking > 0) widths[at] = Math.max(Math.min(wide, LEAST), wide - lacking);
  }
  const taken = before();
  const room = Math.max(8, width - taken);

  const render = (cells: readonly Cell[]): string => {
    const parts = used.map((c, index) => {
      const cell = cells[c] ?? "";
      const text = fit(textOf(cell), index === last ? room : (widths[index] ?? 0));
      const space = " ".repeat(Math.max(0, (widths[index] ?? 0) - columnsOf(text)));
      const painted = typeof cell === "string" ? text : paint(cell.tone, text);
      if (options.right?.includes(c)) return space + painted;
      return index === last ? painted : painted + space;
    });
    return parts.join(GAP).trimEnd();
  };
  const heading = render(head.map((text) => ({ text, tone: "dim" as const })));
  return [heading, ...rows.map(render)].join("\n");
}

function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return "";
  return typeof cell === "string" ? cell : cell.text;
}

/** Names and values under each other; values that are empty are left out. */
export function facts(rows: readonly (readonly [string, Cell | undefined])[], paint: Paint): string {
  const shown = rows.filter(([, cell]) => textOf(cell) !== "");
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown
    .map(([name, cell = ""]) => {
      const value = typeof cell === "string" ? cell : paint(cell.tone, cell.text);
      return `${paint("dim", name.padEnd(width))}  ${value}`;
    })
    .join("\n");
}
