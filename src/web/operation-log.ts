/** What a page knows of one operation that it looks at: its state, and its log so far. Pure. */
import type { Operation, OperationLine } from "../wire/operations.ts";

/** Most lines drawn; the oldest go first, as they do at the hive. */
export const LINES_SHOWN = 1_500;

export interface SeenOperation {
  readonly operation: Operation | undefined;
  readonly lines: readonly OperationLine[];
}

export const UNSEEN: SeenOperation = { operation: undefined, lines: [] };

/** Frames come again after a reconnect, and then hold everything from the start. */
export function seeFrame({ lines }: SeenOperation, operation: Operation): SeenOperation {
  const last = lines.at(-1)?.n ?? -1;
  const fresh = operation.log.filter(({ n }) => n > last);
  return {
    operation,
    lines: fresh.length === 0 ? lines : [...lines, ...fresh].slice(-LINES_SHOWN),
  };
}

export type LogRow = OperationLine | { readonly missing: number; readonly n: number };

/** With a row for each place where lines were left out. */
export function logRows(lines: readonly OperationLine[]): LogRow[] {
  let next = 0;
  return lines.flatMap((line) => {
    const missing = line.n - next;
    next = line.n + 1;
    return missing > 0 ? [{ missing, n: line.n - 0.5 }, line] : [line];
  });
}
