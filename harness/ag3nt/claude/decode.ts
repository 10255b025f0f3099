/**
 * One line of claude's stdout → what the journal keeps, what the page shows meanwhile, what the turn must know.
 * Pure and tolerant: a line of a kind we do not know becomes a `raw` event; nothing is dropped that says something.
 */
import type { JournalData } from "../../../src/wire/journal.ts";
import { decodeSystem } from "./decode-system.ts";
import {
  AssistantLine,
  type Block,
  ControlResponseLine,
  RateLimitLine,
  ResultLine,
  StreamLine,
  SystemLine,
  type Usage,
  UserLine,
} from "./lines.ts";
import type { ClaudeSignal, Decoded } from "./signals.ts";

/** Characters of one tool result or raw line the journal keeps. */
export const KEPT_CHARS = 64 * 1024;

const NOTHING: Decoded = { journal: [], signals: [] };
const QUIET = new Set(["keep_alive", "control_cancel_request", "streamlined_text", "tool_progress"]);

export function rawEvent(line: string): JournalData {
  return { kind: "raw", line: line.slice(0, KEPT_CHARS) };
}

export function decodeLine(line: string): Decoded {
  if (line.trim() === "") return NOTHING;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { journal: [rawEvent(line)], signals: [] };
  }
  return decodeValue(value) ?? { journal: [rawEvent(line)], signals: [] };
}

function typeOf(value: unknown): string {
  if (typeof value !== "object" || value === null || !("type" in value)) return "";
  return typeof value.type === "string" ? value.type : "";
}

function decodeValue(value: unknown): Decoded | undefined {
  const type = typeOf(value);
  if (QUIET.has(type)) return NOTHING;
  switch (type) {
    case "stream_event":
      return parsed(StreamLine.safeParse(value), decodeStream);
    case "assistant":
      return parsed(AssistantLine.safeParse(value), decodeAssistant);
    case "user":
      return parsed(UserLine.safeParse(value), decodeUser);
    case "system":
      return parsed(SystemLine.safeParse(value), decodeSystem);
    case "result":
      return parsed(ResultLine.safeParse(value), (result) => ({
        journal: [],
        signals: [{ kind: "result", result }],
      }));
    case "control_response":
      return parsed(ControlResponseLine.safeParse(value), ({ response }) => {
        const { request_id, error } = response;
        return {
          journal: [],
          signals: [{ kind: "control", request_id, ok: response.subtype === "success", error }],
        };
      });
    case "rate_limit_event":
      return parsed(RateLimitLine.safeParse(value), decodeRateLimit);
    default:
      return undefined;
  }
}

function parsed<T>(
  result: { success: true; data: T } | { success: false },
  decode: (data: T) => Decoded | undefined,
): Decoded | undefined {
  return result.success ? decode(result.data) : undefined;
}

function parentOf(id: string | null | undefined): { parent_tool_use_id?: string } {
  return typeof id === "string" ? { parent_tool_use_id: id } : {};
}

function decodeStream(line: StreamLine): Decoded {
  const { delta } = line.event;
  const parent = parentOf(line.parent_tool_use_id);
  if (delta?.type === "text_delta" && delta.text)
    return { ...NOTHING, delta: { kind: "text_delta", text: delta.text, ...parent } };
  if (delta?.type === "thinking_delta" && delta.thinking)
    return { ...NOTHING, delta: { kind: "thinking_delta", text: delta.thinking, ...parent } };
  return NOTHING;
}

function contextTokens(usage: Usage | undefined): number {
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens } = usage ?? {};
  return (input_tokens ?? 0) + (cache_read_input_tokens ?? 0) + (cache_creation_input_tokens ?? 0);
}

function decodeAssistant(line: AssistantLine): Decoded {
  const journal: JournalData[] = [];
  const signals: ClaudeSignal[] = [];
  const parent = parentOf(line.parent_tool_use_id);
  const main = parent.parent_tool_use_id === undefined;
  if (line.error) {
    const text = line.message.content.map((block) => block.text ?? "").join("\n");
    signals.push({ kind: "api_error", error: line.error, text, final: true });
    return { journal: [{ kind: "notice", level: "error", text: text || line.error }], signals };
  }
  const tokens = contextTokens(line.message.usage);
  if (main && tokens > 0) signals.push({ kind: "context", tokens });
  for (const block of line.message.content) {
    if (block.type === "text") {
      if (!block.text) continue;
      journal.push({ kind: "text", text: block.text, ...parent });
      if (main) signals.push({ kind: "answer", text: block.text });
    } else if (block.type === "thinking") {
      if (block.thinking) journal.push({ kind: "thinking", text: block.thinking, ...parent });
    } else if (block.type.endsWith("tool_use") && block.id !== undefined) {
      const name = block.name ?? block.type;
      journal.push({ kind: "tool_use", tool_use_id: block.id, name, input: block.input ?? {}, ...parent });
      signals.push({ kind: "tool_start", id: block.id, name });
    } else if (block.type !== "redacted_thinking") journal.push(rawEvent(JSON.stringify(block)));
  }
  return { journal, signals };
}

/** The readable part of a tool result; a picture is named, not kept. */
function resultText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return content === undefined ? "" : JSON.stringify(content);
  return content
    .map((part: unknown) => {
      if (typeof part === "object" && part !== null && "text" in part && typeof part.text === "string")
        return part.text;
      const type = typeOf(part);
      return type === "image" ? "[image]" : JSON.stringify(part);
    })
    .join("\n");
}

function toolResult(block: Block, id: string, parent: { parent_tool_use_id?: string }): JournalData {
  const whole = resultText(block.content);
  const truncated = whole.length > KEPT_CHARS ? { truncated: true } : {};
  const text = whole.slice(0, KEPT_CHARS);
  return {
    kind: "tool_result",
    tool_use_id: id,
    text,
    is_error: block.is_error === true,
    ...truncated,
    ...parent,
  };
}

function decodeUser(line: UserLine): Decoded {
  // Our own words come back: that claude took them in. What they say is in the journal already.
  if (line.isReplay === true)
    return { journal: [], signals: line.uuid === undefined ? [] : [{ kind: "replay", uuid: line.uuid }] };
  const parent = parentOf(line.parent_tool_use_id);
  const journal: JournalData[] = [];
  const signals: ClaudeSignal[] = [];
  for (const block of line.message.content) {
    if (block.tool_use_id !== undefined) {
      journal.push(toolResult(block, block.tool_use_id, parent));
      signals.push({ kind: "tool_end", id: block.tool_use_id });
    } else if (block.type === "text" && block.text && parent.parent_tool_use_id === undefined) {
      // What the CLI says by itself: a summary after compaction, "[Request interrupted by user]".
      journal.push({ kind: "notice", level: "info", text: block.text.slice(0, KEPT_CHARS) });
    }
  }
  return { journal, signals };
}

/** Seconds since 1970; later (the year 2100) is no time that can be written. */
const LATEST_RESET = 4_102_444_800;

function decodeRateLimit(line: {
  rate_limit_info: {
    status: string;
    resetsAt?: number | null;
    rateLimitType?: string | null;
    utilization?: number | null;
  };
}): Decoded {
  const { status, resetsAt, rateLimitType, utilization } = line.rate_limit_info;
  const known = typeof resetsAt === "number" && resetsAt > 0 && resetsAt < LATEST_RESET;
  const until_ms = known ? resetsAt * 1000 : undefined;
  const limit = (rateLimitType ?? "usage").replaceAll("_", " ");
  if (status === "rejected") {
    const text = `the ${limit} limit of the subscription is reached`;
    return {
      journal: [{ kind: "notice", level: "warn", text }],
      signals: [{ kind: "rate_limit", until_ms, text }],
    };
  }
  if (status !== "allowed_warning") return NOTHING;
  const used = typeof utilization === "number" ? `${Math.round(utilization * 100)} % of ` : "most of ";
  return {
    journal: [{ kind: "notice", level: "warn", text: `${used}the ${limit} limit is used` }],
    signals: [],
  };
}
