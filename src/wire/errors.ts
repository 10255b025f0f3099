/**
 * The one error table: code → HTTP status → exit code.
 * Callers test `code`, never the text. Anything that is not a HiveError becomes `internal` at the door.
 */
import { z } from "zod";

export const ERRORS = {
  /** The request is not what the endpoint accepts: wrong JSON, unknown or mistyped field, bad name. */
  invalid: { status: 400, exit: 2 },
  /** The verb does not exist at this door. */
  unknown_command: { status: 404, exit: 2 },
  /** No or a stale login token. */
  unauthorized: { status: 401, exit: 3 },
  /** Known caller, but not allowed to do this. */
  forbidden: { status: 403, exit: 3 },
  /** The thing named does not exist. */
  not_found: { status: 404, exit: 4 },
  /** The thing is in a state in which this cannot be done; or it exists already. */
  conflict: { status: 409, exit: 5 },
  /** This backend or build cannot do it, and never will. */
  unsupported: { status: 501, exit: 6 },
  /** A limit was reached: queue, budget, size, rate. Try later or raise it. */
  limit: { status: 429, exit: 7 },
  /** A line, body or field is larger than allowed. */
  too_large: { status: 413, exit: 7 },
  /** The disk is full or read-only; nothing was accepted. */
  storage: { status: 507, exit: 8 },
  /** The other side (daemon, harness, claude, git) cannot be reached or went away. */
  unavailable: { status: 503, exit: 9 },
  /** It took longer than allowed. */
  timeout: { status: 504, exit: 10 },
  /** Ended by the caller. */
  cancelled: { status: 499, exit: 130 },
  /** A defect of ours; the log has the story under the same id. */
  internal: { status: 500, exit: 1 },
} as const satisfies Record<string, { status: number; exit: number }>;

export type ErrorCode = keyof typeof ERRORS;

export const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[];

export function isErrorCode(code: string): code is ErrorCode {
  return code in ERRORS;
}

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

export interface HiveErrorOptions {
  /** The next command or step, without a trailing full stop. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** An error that may cross the wire. */
export class HiveError extends Error {
  override readonly name = "HiveError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: HiveErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

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
  const suffix = logId === undefined ? "" : ` (log id ${logId})`;
  return { error: `something went wrong inside the hive${suffix}`, code: "internal", hint: "hivectl doctor" };
}

/** The error an answer carried, as it was thrown at the other side. */
export function fromErrorBody(body: unknown): HiveError {
  const parsed = ErrorBody.safeParse(body);
  if (!parsed.success) return new HiveError("internal", "the answer was not understood");
  return new HiveError(parsed.data.code, parsed.data.error, { hint: parsed.data.hint });
}
