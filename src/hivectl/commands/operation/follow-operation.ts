/** An operation to its end: its log and its steps while it runs, its result as an exit code. */
import { formatDuration } from "../../../lib/duration.ts";
import { ERRORS, HiveError } from "../../../wire/hive-error.ts";
import { kindWords } from "../../../wire/kind-words.ts";
import type { Operation } from "../../../wire/operations.ts";
import { operationEndpoints } from "../../../wire/operations.ts";
import type { Context } from "../../context.ts";
import { cleanLine } from "../../print/clean.ts";
import { createLogPrinter } from "../../print/operation-log.ts";
import { openProgress } from "../../print/progress.ts";

type Needs = Pick<Context, "frames" | "io" | "json" | "note" | "view">;

/** For commands that start an operation. */
export const WAIT = {
  wait: { type: "boolean", default: true, description: "Do not wait for its end" },
} as const;

export interface FollowOptions {
  /** Where the log goes. 2: beside what was asked for, and only where somebody looks. */
  readonly log: 1 | 2;
}

/** Ctrl-C ends the watching only, and says how to go on. */
export async function followOperation(
  context: Needs,
  id: string,
  { log: fd }: FollowOptions = { log: 2 },
): Promise<number> {
  const { io, json, view } = context;
  const progress = openProgress(io, view().paint);
  const linesOf = createLogPrinter(view());
  const shows = !json && (fd === 1 || io.isTerminal(2));
  let last: Operation | undefined;
  try {
    for await (const { operation } of context.frames(operationEndpoints.watchOperation, { input: { id } })) {
      last = operation;
      if (shows) progress.print(fd, linesOf(operation.log));
      if (operation.state !== "running") break;
      if (!json) progress.show(() => stepLine(operation, io.now()));
    }
  } finally {
    progress.clear();
  }
  if (last?.state === "done") return 0;
  if (last?.state === "failed") throw failed(last);
  context.note(`it goes on without you: hivectl operation follow ${id}`);
  return ERRORS.cancelled.exit;
}

function stepLine({ kind, agent, step, progress, started_at }: Operation, now: number): string {
  const share = progress === undefined ? "" : ` ${Math.round(progress * 100)}%`;
  const elapsed = formatDuration(Math.max(0, now - Date.parse(started_at)));
  return cleanLine(`${kindWords(kind)} ${agent ?? ""}:${share} ${step} · ${elapsed}`);
}

function failed({ id, kind, agent, error, hint }: Operation): HiveError {
  const verb = kindWords(kind);
  const what = agent === undefined ? verb : `${verb} of "${agent}"`;
  return new HiveError("conflict", `${what} failed: ${error ?? "no reason is known"}`, {
    hint: hint ?? `hivectl operation show ${id}`,
  });
}
