/** All checks, one after the other. One that fails itself is a finding too, not the end of the others. */
import { messageOf } from "../../platform/errno.ts";
import type { Finding } from "../../wire/system.ts";
import { bad, type Check, type DoctorContext } from "./check.ts";
import { agentChecks } from "./check-agents.ts";
import { hostChecks } from "./check-host.ts";
import { storageChecks } from "./check-storage.ts";

export const CHECKS: readonly Check[] = [...hostChecks, ...storageChecks, ...agentChecks];

export async function examine(
  context: DoctorContext,
  signal: AbortSignal,
  checks: readonly Check[] = CHECKS,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, look } of checks) {
    signal.throwIfAborted();
    try {
      for (const found of await look(context)) findings.push({ check: name, ...found });
    } catch (error) {
      findings.push({
        check: name,
        ...bad(`the check could not be made: ${messageOf(error)}`, "see the log"),
      });
    }
  }
  return findings;
}
