/** How a run's processes are recognised and ended; shared by the backends that start plain processes. */
import process from "node:process";
import type { Clock } from "../../lib/clock.ts";
import { errnoOf } from "../../platform/errno.ts";
import { killTree, type ProcessIdentity, processAlive } from "../../platform/process.ts";
import { HiveError } from "../../wire/errors.ts";
import type { Run } from "./backend.ts";

export const OWNER_VARIABLE = "HIVE_OWNER";

export function ownerTag(owner: string): string {
  return `${OWNER_VARIABLE}=${owner}`;
}

/** Signals the very process that was recorded, never a successor of its number. */
export function signalProcess(identity: ProcessIdentity | undefined, signal: NodeJS.Signals): void {
  if (identity === undefined || !processAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if (errnoOf(error) !== "ESRCH") throw error;
  }
}

export function runAlive(run: Run): boolean {
  const main = run.processes["main"];
  return main !== undefined && processAlive(main);
}

export interface EndOptions {
  readonly graceMs: number;
  readonly clock: Clock;
}

/** Ends everything that carries the run's tag; throws when something resists even SIGKILL. */
export async function endTagged(run: Run, { graceMs, clock }: EndOptions): Promise<void> {
  const left = await killTree(ownerTag(run.owner), { graceMs, clock });
  if (left.length === 0) return;
  throw new HiveError("unavailable", `${left.length} processes of the agent cannot be killed`, {
    hint: `look at them: ps ${left.map(({ pid }) => pid).join(" ")}`,
  });
}

export function exitSentence(exit: { code: number | undefined; signal: string | undefined }): string {
  if (exit.signal !== undefined) return `the harness was ended by ${exit.signal}`;
  return `the harness exited with code ${exit.code ?? "unknown"}`;
}
