/** Waits for an operation that an action started; its failure is the action's. */
import { HiveError } from "../../../wire/errors.ts";
import type { ActionContext } from "../action.ts";

export async function finished(
  operationId: string,
  { operations, signal, step, log }: ActionContext,
): Promise<void> {
  for await (const operation of operations.watch(operationId, signal)) {
    // Its steps are lines of its log as well.
    for (const { line } of operation.log) if (line !== operation.step) log(line);
    if (operation.state === "running") step(operation.step, operation.progress);
    if (operation.state === "done") return;
    if (operation.state === "failed") {
      throw new HiveError("unavailable", operation.error ?? "it failed", { hint: operation.hint });
    }
  }
  throw new HiveError("cancelled", "the hive is shutting down");
}
