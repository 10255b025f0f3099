/**
 * What claude prints, as far as we read it. Tolerant: unknown fields pass, a line that does not fit is kept raw by
 * decode.ts. The facts behind each shape are measured (claude 2.1.197).
 */
import { z } from "zod";

const parent = z.string().nullish();

const Block = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  thinking: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.unknown().optional(),
  tool_use_id: z.string().optional(),
  content: z.unknown().optional(),
  is_error: z.boolean().nullish(),
});
export type Block = z.output<typeof Block>;

const Usage = z.looseObject({
  input_tokens: z.number().nullish(),
  output_tokens: z.number().nullish(),
  cache_read_input_tokens: z.number().nullish(),
  cache_creation_input_tokens: z.number().nullish(),
});
export type Usage = z.output<typeof Usage>;

const content = z.union([z.string().transform((text): Block[] => [{ type: "text", text }]), z.array(Block)]);

export const AssistantLine = z.looseObject({
  type: z.literal("assistant"),
  message: z.looseObject({ content, model: z.string().optional(), usage: Usage.optional() }),
  parent_tool_use_id: parent,
  error: z.string().nullish(),
});
export type AssistantLine = z.output<typeof AssistantLine>;

export const UserLine = z.looseObject({
  type: z.literal("user"),
  message: z.looseObject({ content }),
  parent_tool_use_id: parent,
  uuid: z.string().optional(),
  isReplay: z.boolean().optional(),
  isSynthetic: z.boolean().optional(),
});
export type UserLine = z.output<typeof UserLine>;

export const StreamLine = z.looseObject({
  type: z.literal("stream_event"),
  parent_tool_use_id: parent,
  event: z.looseObject({
    type: z.string(),
    delta: z
      .looseObject({
        type: z.string().optional(),
        text: z.string().optional(),
        thinking: z.string().optional(),
      })
      .optional(),
  }),
});
export type StreamLine = z.output<typeof StreamLine>;

export const SystemLine = z.looseObject({ type: z.literal("system"), subtype: z.string() });
export type SystemLine = z.output<typeof SystemLine>;

export const InitLine = z.looseObject({
  session_id: z.string(),
  model: z.string().optional(),
  claude_code_version: z.string().optional(),
  tools: z.array(z.string()).default([]),
  mcp_servers: z.array(z.looseObject({ name: z.string(), status: z.string() })).default([]),
});

export const RetryLine = z.looseObject({
  attempt: z.number(),
  max_retries: z.number(),
  retry_delay_ms: z.number(),
  error_status: z.number().nullish(),
  error: z.string().nullish(),
});

export const BoundaryLine = z.looseObject({
  compact_metadata: z.looseObject({
    trigger: z.string().optional(),
    pre_tokens: z.number().optional(),
    post_tokens: z.number().optional(),
  }),
});

export const ResultLine = z.looseObject({
  type: z.literal("result"),
  subtype: z.string(),
  is_error: z.boolean().default(false),
  api_error_status: z.number().nullish(),
  num_turns: z.number().default(0),
  result: z.string().nullish(),
  stop_reason: z.string().nullish(),
  session_id: z.string().optional(),
  total_cost_usd: z.number().default(0),
  usage: Usage.optional(),
  terminal_reason: z.string().nullish(),
  errors: z.array(z.string()).nullish(),
});
export type ResultLine = z.output<typeof ResultLine>;

export const ControlResponseLine = z.looseObject({
  type: z.literal("control_response"),
  response: z.looseObject({ subtype: z.string(), request_id: z.string(), error: z.string().optional() }),
});

export const RateLimitLine = z.looseObject({
  type: z.literal("rate_limit_event"),
  rate_limit_info: z.looseObject({
    status: z.string(),
    /** Seconds since 1970. */
    resetsAt: z.number().nullish(),
    rateLimitType: z.string().nullish(),
    utilization: z.number().nullish(),
  }),
});
