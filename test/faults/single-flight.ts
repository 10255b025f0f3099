// Watches the process table: never two claudes of one agent at the same time.
import type { HiveProcess } from "../support/hive-processes.ts";
import type { Hive } from "../support/start-hive.ts";

export interface SingleFlight extends Disposable {
  readonly violations: readonly string[];
  /** Looks at the table so far, so that a watch that saw nothing is not taken for a proof. */
  readonly looks: number;
  /** Most at once, by agent. */
  readonly most: ReadonlyMap<string, number>;
}

const EVERY_MS = 25;

export function watchSingleFlight(hive: Hive): SingleFlight {
  const violations: string[] = [];
  const most = new Map<string, number>();
  let looks = 0;
  const look = (): void => {
    looks += 1;
    const alive = Map.groupBy(hive.processes.claudes(), ({ env }) => env["HIVE_AGENT"] ?? "?");
    for (const [agent, claudes] of alive) {
      most.set(agent, Math.max(most.get(agent) ?? 0, claudes.length));
      if (claudes.length > 1)
        violations.push(`${claudes.length} claudes of ${agent}: ${claudes.map(inWords).join(", ")}`);
    }
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    violations,
    most,
    get looks() {
      return looks;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

const inWords = ({ pid, parent, exe }: HiveProcess): string =>
  `${pid} of ${parent} (${exe.split("/").at(-1)})`;
