// What goes wrong on purpose: error responses, the subscription's limit headers, broken streams. Pure.
import { ERROR_KINDS, type ErrorKind, type Rule } from "./script.ts";

export type ErrorResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
};

const kindOfStatus = (status: number | undefined): ErrorKind | undefined =>
  (Object.keys(ERROR_KINDS) as ErrorKind[]).find((kind) => ERROR_KINDS[kind].status === status);

export const errorBody = (
  type: string,
  message: string,
  requestId: string,
): Readonly<Record<string, unknown>> => ({
  type: "error",
  error: { type, message },
  request_id: requestId,
});

/** Undefined when the rule answers normally. A status alone is enough: its usual type and message are known. */
export const errorResponse = (rule: Rule, requestId: string): ErrorResponse | undefined => {
  const error = rule.error;
  if (error === undefined) return undefined;
  const known = ERROR_KINDS[error.kind ?? kindOfStatus(error.status) ?? "server"];
  const headers: Record<string, string> = { ...error.headers };
  if (error.retry_after !== undefined) headers["retry-after"] = String(error.retry_after);
  return {
    status: error.status ?? known.status,
    headers,
    body: errorBody(error.type ?? known.type, error.message ?? known.message, requestId),
  };
};

const ABBREVIATIONS = {
  five_hour: "5h",
  seven_day: "7d",
  seven_day_opus: "7d",
  seven_day_sonnet: "7d",
} as const;

/** The reset is told in whole seconds since 1970. */
export const rateLimitHeaders = (rule: Rule, nowMs: number): Readonly<Record<string, string>> => {
  const limit = rule.rate_limit;
  if (limit === undefined) return {};
  const prefix = "anthropic-ratelimit-unified";
  const reset = String(Math.floor(nowMs / 1000) + limit.resets_in_s);
  const short = ABBREVIATIONS[limit.claim];
  const headers: Record<string, string> = {
    [`${prefix}-status`]: limit.status,
    [`${prefix}-reset`]: reset,
    [`${prefix}-representative-claim`]: limit.claim,
    [`${prefix}-overage-status`]: "rejected",
    [`${prefix}-fallback`]: "unavailable",
  };
  if (limit.utilization !== undefined) {
    headers[`${prefix}-${short}-utilization`] = String(limit.utilization);
    headers[`${prefix}-${short}-reset`] = reset;
  }
  if (limit.status === "allowed_warning") headers[`${prefix}-${short}-surpassed-threshold`] = "0.9";
  return headers;
};
