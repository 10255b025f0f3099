/** Which backend agents get: the one asked for, or the best that works here. */
import { HiveError } from "../../wire/errors.ts";
import type { Backend } from "./backend.ts";

export interface ChosenBackend {
  readonly backend: Backend;
  /** Why it is not a better one, and what that means; for the log, the dashboard and doctor. */
  readonly warning?: string;
}

/** `backends` best first. `auto` takes the first that works; a name takes that one or throws. */
export async function chooseBackend(wanted: string, backends: readonly Backend[]): Promise<ChosenBackend> {
  if (wanted !== "auto") return explicit(wanted, backends);
  const reasons: string[] = [];
  for (const backend of backends) {
    const reason = await backend.probe();
    if (reason === undefined) return { backend, warning: warningOf(backend, reasons) };
    reasons.push(reason);
  }
  throw new HiveError("unsupported", `no backend works here: ${reasons.join("; ")}`, {
    hint: "hivectl doctor",
  });
}

async function explicit(wanted: string, backends: readonly Backend[]): Promise<ChosenBackend> {
  const backend = findBackend(wanted, backends);
  const reason = await backend.probe();
  if (reason === undefined) return { backend, warning: warningOf(backend, []) };
  throw new HiveError("unsupported", `backend "${wanted}" does not work here: ${reason}`, {
    hint: "install what is missing, or use --backend process (agents are not isolated then)",
  });
}

export function findBackend(name: string, backends: readonly Backend[]): Backend {
  const found = backends.find((backend) => backend.name === name);
  if (found !== undefined) return found;
  throw new HiveError("invalid", `there is no backend "${name}"`, {
    hint: `use one of: auto, ${backends.map((backend) => backend.name).join(", ")}`,
  });
}

function warningOf({ warning }: Backend, reasons: readonly string[]): string | undefined {
  if (warning === undefined || reasons.length === 0) return warning;
  return `${warning}; ${reasons.join("; ")}`;
}
