/** claude's `system` lines: see decode.ts. */
import type { JournalData } from "../../../src/wire/journal.ts";
import { BoundaryLine, InitLine, RetryLine, type SystemLine } from "./lines.ts";
import type { Decoded } from "./signals.ts";

/** Said for programs that draw a progress bar; the reader sees the same elsewhere. */
const QUIET = new Set([
  "task_started",
  "task_progress",
  "task_updated",
  "task_notification",
  "task_summary",
  "thinking_tokens",
  "hook_started",
  "hook_progress",
  "hook_response",
  "session_state_changed",
  "commands_changed",
  "turn_duration",
  "stop_hook_summary",
  "files_persisted",
  "post_turn_summary",
  "microcompact_boundary",
]);

/** Texts the CLI puts under one of these keys, by subtype. */
const SPOKEN = new Set([
  "notification",
  "informational",
  "api_error",
  "local_command_output",
  "mirror_error",
]);

function notice(level: "info" | "warn" | "error", text: string): JournalData {
  return { kind: "notice", level, text };
}

function spoken(line: SystemLine): string | undefined {
  for (const key of ["text", "content", "message", "reason"]) {
    const value = line[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

/** Undefined: not known, shown raw. */
export function decodeSystem(line: SystemLine): Decoded | undefined {
  const { subtype } = line;
  if (QUIET.has(subtype)) return { journal: [], signals: [] };
  if (subtype === "init") return decodeInit(line);
  if (subtype === "status") return decodeStatus(line);
  if (subtype === "api_retry") return decodeRetry(line);
  if (subtype === "compact_boundary") return decodeBoundary(line);
  if (subtype.startsWith("model_") || SPOKEN.has(subtype)) {
    const text = spoken(line) ?? subtype.replaceAll("_", " ");
    return { journal: [notice(subtype.startsWith("model_") ? "warn" : "info", text)], signals: [] };
  }
  return undefined;
}

function decodeInit(line: SystemLine): Decoded | undefined {
  const init = InitLine.safeParse(line);
  if (!init.success) return undefined;
  const { session_id, model, claude_code_version: version, mcp_servers: servers } = init.data;
  return { journal: [], signals: [{ kind: "init", session_id, model, version, servers }] };
}

function decodeStatus(line: SystemLine): Decoded {
  if (line["status"] === "compacting")
    return { journal: [notice("info", "summarising the conversation")], signals: [] };
  const failed = typeof line["compact_result"] === "string" && line["compact_result"] !== "success";
  return { journal: failed ? [notice("warn", "the conversation could not be summarised")] : [], signals: [] };
}

function decodeRetry(line: SystemLine): Decoded | undefined {
  const retry = RetryLine.safeParse(line);
  if (!retry.success) return undefined;
  const { attempt, max_retries, retry_delay_ms, error_status, error } = retry.data;
  const what = `${error ?? "unknown"}${typeof error_status === "number" ? ` (${error_status})` : ""}`;
  const wait = `${(retry_delay_ms / 1000).toFixed(1)} s`;
  const text = `the model's API answers "${what}"; try ${attempt} of ${max_retries} in ${wait}`;
  return {
    journal: [notice("warn", text)],
    signals: [{ kind: "api_error", error: error ?? "unknown", text, final: false }],
  };
}

function decodeBoundary(line: SystemLine): Decoded {
  const boundary = BoundaryLine.safeParse(line);
  const { pre_tokens, post_tokens, trigger } = boundary.success ? boundary.data.compact_metadata : {};
  const size = pre_tokens === undefined ? "" : `: ${pre_tokens} → ${post_tokens ?? "?"} tokens`;
  const how = trigger === "auto" ? "the conversation was too long and is" : "the conversation is";
  return { journal: [notice("info", `${how} now a summary${size}`)], signals: [] };
}
