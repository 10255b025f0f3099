/**
 * The one place where something thrown becomes the body of a failed answer. What is not a HiveError is our defect:
 * the caller gets a log id, the log gets the story.
 */
import { errnoOf } from "../../platform/errno.ts";
import type { Logger } from "../../platform/log.ts";
import { type ErrorCode, HiveError, toErrorBody } from "../../wire/errors.ts";

export interface Refusal {
  readonly error: string;
  readonly code: ErrorCode;
  readonly hint?: string;
}

/** `call`: what was asked, for the log. */
export type Refuse = (thrown: unknown, call: string) => Refusal;

export interface RefuseOptions {
  readonly log: Logger;
  readonly newId: () => string;
}

/** What a full or read-only disk looks like, from SQLite and from the file system. */
const STORAGE = /^(SQLITE_(FULL|READONLY|IOERR|CANTOPEN)|ENOSPC|EROFS|EDQUOT)/;

export function createRefuse({ log, newId }: RefuseOptions): Refuse {
  return (thrown, call) => {
    const known = thrown instanceof HiveError ? thrown : storageError(thrown);
    if (known !== undefined && known.code !== "internal") return toErrorBody(known);
    const logId = newId().slice(-8).toLowerCase();
    log.error({ error: thrown, call, log_id: logId }, `"${call}" failed`);
    return toErrorBody(thrown instanceof HiveError ? undefined : thrown, logId);
  };
}

function storageError(thrown: unknown): HiveError | undefined {
  const code = errnoOf(thrown);
  if (code === undefined || !STORAGE.test(code)) return undefined;
  return new HiveError("storage", "the disk is full or read-only; nothing was stored", {
    hint: "free some space, then hivectl doctor",
    cause: thrown,
  });
}
