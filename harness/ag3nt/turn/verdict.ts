/** What a result or an exit of claude means for the turn. Pure. */

import type { ResultLine } from "../claude/lines.ts";
import type { ClaudeExit } from "../claude/process.ts";

/** What was heard before the result that explains it. */
export interface Heard {
  readonly apiError?: { readonly error: string; readonly text: string } | undefined;
  readonly limit?: { readonly until_ms?: number | undefined; readonly text: string } | undefined;
}

export type Verdict =
  | { readonly kind: "ok" }
  /** The stream broke off after a whole block: claude took that for the end. */
  | { readonly kind: "cut_short" }
  | { readonly kind: "lost_session"; readonly reason: string }
  | { readonly kind: "aborted" }
  | { readonly kind: "needs_login"; readonly reason: string }
  | { readonly kind: "rate_limited"; readonly reason: string; readonly until_ms?: number | undefined }
  | { readonly kind: "error"; readonly reason: string };

/** Errors of the model's side that pass by themselves: the messages are not to blame and wait. */
const PASSING = new Set(["rate_limit", "overloaded", "server_error", "billing_error"]);
const LOST = /No conversation found|Session ID .* is already in use/i;

function firstLine(text: string): string {
  return text.trim().split("\n")[0]?.slice(0, 500) ?? "";
}

export function judgeResult(result: ResultLine, heard: Heard): Verdict {
  const errors = (result.errors ?? []).join("\n");
  if (LOST.test(errors)) return { kind: "lost_session", reason: firstLine(errors) };
  if (result.terminal_reason?.startsWith("aborted") === true) return { kind: "aborted" };
  if (heard.apiError?.error === "authentication_failed")
    return { kind: "needs_login", reason: refusedLogin(firstLine(heard.apiError.text)) };
  if (result.is_error) return judgeError(result, heard, errors);
  if ((result.stop_reason ?? null) === null && result.num_turns > 0) return { kind: "cut_short" };
  return { kind: "ok" };
}

/** Nobody waits for claude's further tries once a login is missing. */
function refusedLogin(said: string): string {
  const why = said.replace(/; try \d+ of \d+ in .*$/, "");
  return why === "" ? "claude is not logged in" : why;
}

function judgeError(result: ResultLine, heard: Heard, errors: string): Verdict {
  const { limit, apiError } = heard;
  const reason =
    firstLine(result.result ?? "") || firstLine(errors) || `claude ended with "${result.subtype}"`;
  if (limit !== undefined) return { kind: "rate_limited", reason, until_ms: limit.until_ms };
  const passing = apiError !== undefined && PASSING.has(apiError.error);
  const status = result.api_error_status ?? undefined;
  // No status at all: the API was not reached.
  const unreached = apiError?.error === "unknown" && (status === undefined || status >= 500);
  return passing || unreached ? { kind: "rate_limited", reason } : { kind: "error", reason };
}

export function judgeExit(exit: ClaudeExit): Verdict {
  if (LOST.test(exit.stderr)) return { kind: "lost_session", reason: firstLine(exit.stderr) };
  const how = exit.signal === undefined ? `exit code ${exit.code ?? "unknown"}` : exit.signal;
  const said = firstLine(exit.stderr);
  return {
    kind: "error",
    reason: `claude ended in the middle of the turn (${how})${said === "" ? "" : `: ${said}`}`,
  };
}
