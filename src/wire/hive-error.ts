/**
 * The one error table (code → HTTP status → exit code) and the error that may cross the wire.
 * Apart from errors.ts because it needs no zod: a short hivectl command loads no parser.
 */

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
