/**
 * Errors as they cross the wire. The table and HiveError itself are in hive-error.ts.
 * Callers test `code`, never the text. Anything that is not a HiveError becomes `internal` at the door.
 */
import { z } from "zod";
import { type ErrorCode, HiveError, isErrorCode } from "./hive-error.ts";

export {
  ERROR_CODES,
  ERRORS,
  type ErrorCode,
  HiveError,
  type HiveErrorOptions,
  isErrorCode,
} from "./hive-error.ts";

/** What a failed answer carries on every door. Tolerant: an unknown code is read as `internal`. */
export const ErrorBody = z.object({
  /** One sentence, lower case, with the thing in quotes. */
  error: z.string(),
  /** Stable reason; test this one. */
  code: z
    .string()
    .optional()
    .transform((code): ErrorCode => (code !== undefined && isErrorCode(code) ? code : "internal")),
  /** The next command or step. */
  hint: z.string().optional(),
});
export type ErrorBody = z.output<typeof ErrorBody>;

/** The wire form of any thrown thing. A foreign error is `internal` and keeps its text to itself. */
export function toErrorBody(
  thrown: unknown,
  logId?: string,
): { error: string; code: ErrorCode; hint?: string } {
  if (thrown instanceof HiveError) {
    return {
      error: thrown.message,
      code: thrown.code,
      ...(thrown.hint === undefined ? {} : { hint: thrown.hint }),
    };
  }
  // An undo failed as well: what its work failed of is what was asked about.
  if (thrown instanceof Error && "suppressed" in thrown) return toErrorBody(thrown.suppressed, logId);
  const suffix = logId === undefined ? "" : ` (log id ${logId})`;
  return { error: `something went wrong inside the hive${suffix}`, code: "internal", hint: "hivectl doctor" };
}

/** The error an answer carried, as it was thrown at the other side. */
export function fromErrorBody(body: unknown): HiveError {
  const parsed = ErrorBody.safeParse(body);
  if (!parsed.success) return new HiveError("internal", "the answer was not understood");
  return new HiveError(parsed.data.code, parsed.data.error, { hint: parsed.data.hint });
}
