/** The log of an operation, line by line. What builds print is made safe; numbers that are missing were too many. */
import type { OperationLine } from "../../wire/operations.ts";
import { clean } from "./clean.ts";
import { clockTime, plural, type View } from "./view.ts";

/** Remembers what it printed: a stream that begins again repeats nothing. */
export function createLogPrinter({
  paint,
}: Pick<View, "paint">): (log: readonly OperationLine[]) => string[] {
  let next = 0;
  return (log) =>
    log
      .filter(({ n }) => n >= next)
      .flatMap(({ n, at, line }) => {
        const missing = n - next;
        next = n + 1;
        const shown = `${paint("dim", clockTime(at))}  ${clean(line).trimEnd()}`;
        return missing > 0 ? [paint("dim", `… ${plural(missing, "line")} left out`), shown] : [shown];
      });
}
