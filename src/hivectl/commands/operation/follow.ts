/** An operation to its end: its steps while it runs, its result as an exit code. */
import { ERRORS, HiveError } from "../../../wire/hive-error.ts";
import type { Operation } from "../../../wire/operations.ts";
import { operationEndpoints } from "../../../wire/operations.ts";
import type { Context } from "../../context.ts";
import { cleanLine } from "../../print/clean.ts";
import { openProgress } from "../../print/progress.ts";

type Needs = Pick<Context, "frames" | "io" | "json" | "note" | "paint">;

/** Ctrl-C ends the watching only, and says how to go on. */
export async function followOperation(context: Needs, id: string): Promise<number> {
  const { io, json, paint } = context;
  const progress = openProgress(io, paint);
  let last: Operation | undefined;
  try {
    for await (const { operation } of context.frames(operationEndpoints.watchOperation, { input: { id } })) {
      last = operation;
      if (operation.state !== "running") break;
      if (!json) progress.show(stepLine(operation));
    }
  } finally {
    progress.clear();
  }
  if (last?.state === "done") return 0;
  if (last?.state === "failed") throw failed(last);
  context.note(`it goes on without you: hivectl operation watch ${id}`);
  return ERRORS.cancelled.exit;
}

function stepLine({ kind, agent, step, progress }: Operation): string {
  const share = progress === undefined ? "" : ` ${Math.round(progress * 100)}%`;
  return cleanLine(`${kind} ${agent ?? ""}:${share} ${step}`);
}

function failed({ id, kind, agent, error, hint }: Operation): HiveError {
  const what = agent === undefined ? kind : `${kind} of "${agent}"`;
  return new HiveError("conflict", `${what} failed: ${error ?? "no reason is known"}`, {
    hint: hint ?? `hivectl operation show ${id}`,
  });
}
