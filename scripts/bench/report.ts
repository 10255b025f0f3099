/** What every benchmark prints: one row a measurement, as a ratio against a peer or limit of the same run. */

export interface Row {
  readonly what: string;
  readonly value: string;
  /** The peer or the limit, measured or named. */
  readonly against?: string;
  readonly ratio?: number;
  /** Undefined: no goal was set. */
  readonly met?: boolean;
}

/** The value below which `share` (0 to 1) of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1));
  return sorted[at] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

export function printRows(title: string, rows: readonly Row[]): void {
  console.log(`\n${title}`);
  for (const row of rows) {
    const ratio = row.ratio === undefined ? "" : `  x${row.ratio.toFixed(2)}`;
    const goal = row.met === undefined ? "" : row.met ? "  goal met" : "  GOAL MISSED";
    console.log(`  ${row.what.padEnd(38)} ${row.value.padStart(14)}${ratio}${goal}`);
    if (row.against !== undefined) console.log(`  ${"".padEnd(38)} ${`against ${row.against}`.padStart(14)}`);
  }
}
