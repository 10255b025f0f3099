/** The last stop of every error: a sentence, the next step, and the exit code of the error table. */
import { ERRORS, HiveError } from "../wire/hive-error.ts";
import { stringifyJson } from "../wire/json.ts";
import type { Io } from "./context.ts";
import { clean } from "./print/clean.ts";

export function reportError(thrown: unknown, io: Io, json: boolean): number {
  const error = known(thrown);
  if (json) {
    const { message, code, hint } = error;
    io.write(2, `${stringifyJson({ error: message, code, ...(hint === undefined ? {} : { hint }) })}\n`);
  } else {
    io.write(2, `error: ${clean(error.message)}\n`);
    if (error.hint !== undefined) io.write(2, ` hint: ${clean(error.hint)}\n`);
    const traced = error.code === "internal" && error.cause instanceof Error && io.env["HIVE_TRACE"];
    if (traced && error.cause instanceof Error) io.write(2, `${error.cause.stack}\n`);
  }
  return ERRORS[error.code].exit;
}

function known(thrown: unknown): HiveError {
  if (thrown instanceof HiveError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new HiveError("internal", `hivectl failed: ${text}`, {
    cause: thrown,
    hint: "again with HIVE_TRACE=1 for where",
  });
}
