// What a script of the model simulator may say: rules, as data, parsed strictly so that a typo is an error.
// Not here: which rule answers a request (match.ts) and what it looks like on the wire (sse.ts, faults.ts).
import { z } from "zod";

/** Upper bound for every pause in a script: a script cannot make a run unbounded by accident. */
const MAX_PAUSE_MS = 600_000;
const pause = z.number().int().min(0).max(MAX_PAUSE_MS);
const count = z.number().int().min(0);

/** Plain text is looked for anywhere, case-sensitively; `/…/flags` is a regular expression. */
const patternSchema = z
  .string()
  .min(1)
  .transform((source, context) => {
    const regexp = /^\/(.+)\/([dgimsuvy]*)$/s.exec(source);
    if (regexp === null) return { source };
    try {
      // A sticky or global expression keeps a position between uses; a rule must not remember.
      return { source, regexp: new RegExp(regexp[1] ?? "", (regexp[2] ?? "").replace(/[gy]/g, "")) };
    } catch (cause) {
      context.addIssue({ code: "custom", message: `bad regular expression: ${String(cause)}` });
      return z.NEVER;
    }
  });

const rangeSchema = z.union([
  count,
  z.strictObject({ min: count.optional(), max: count.optional() }).readonly(),
]);

const toolResultSchema = z.strictObject({
  /** Name of the tool that was called: `Bash`, `mcp__hyperhive__send`. */
  tool: z.string().optional(),
  contains: patternSchema.optional(),
  is_error: z.boolean().optional(),
});

const whenSchema = z.strictObject({
  /** Who asks, found by the marker in the system prompt. `*`: any agent that has one. */
  agent: z.string().optional(),
  /** Text of the user message that opened the turn, without what the CLI adds to it. */
  last_user: patternSchema.optional(),
  /** The newest message carries a result of a tool. `true`: of any tool. */
  tool_result: z.union([z.literal(true), toolResultSchema.readonly()]).optional(),
  /** Text of a message that the CLI slipped into the running turn. */
  injected: patternSchema.optional(),
  /** Anywhere in the conversation: texts, tool inputs, tool results. */
  history: patternSchema.optional(),
  not_history: patternSchema.optional(),
  /** In the system prompt. */
  system: patternSchema.optional(),
  model: patternSchema.optional(),
  /** How many user turns the conversation has, this one included: 1 is the first. */
  turn: rangeSchema.optional(),
  /** How many answers the model gave in this turn already. A rule without `step` and `tool_result` means 0. */
  step: rangeSchema.optional(),
  /** A subagent asks. Rules that do not say so never answer one. */
  subagent: z.boolean().optional(),
  /** The CLI asks for a summary. Rules that do not say so never answer that. */
  compaction: z.boolean().optional(),
  /** False: only the CLI's second try without streaming. */
  stream: z.boolean().optional(),
});

const toolUseSchema = z.strictObject({
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()).default({}),
});

const usageSchema = z.strictObject({
  input_tokens: count.optional(),
  output_tokens: count.optional(),
  cache_read_input_tokens: count.optional(),
  cache_creation_input_tokens: count.optional(),
});

/** Errors with a name; `{ status, type, message }` says the same by hand. */
export const ERROR_KINDS = {
  bad_request: { status: 400, type: "invalid_request_error", message: "the request is not valid" },
  prompt_too_long: {
    status: 400,
    type: "invalid_request_error",
    message: "prompt is too long: 215000 tokens > 200000 maximum",
  },
  credit: { status: 400, type: "invalid_request_error", message: "Your credit balance is too low" },
  unauthorized: { status: 401, type: "authentication_error", message: "invalid x-api-key" },
  forbidden: { status: 403, type: "permission_error", message: "this key may not use the model" },
  not_found: { status: 404, type: "not_found_error", message: "model: not found" },
  too_large: { status: 413, type: "request_too_large", message: "the request is too large" },
  rate_limit: { status: 429, type: "rate_limit_error", message: "This request would exceed your rate limit" },
  server: { status: 500, type: "api_error", message: "Internal server error" },
  overloaded: { status: 529, type: "overloaded_error", message: "Overloaded" },
} as const;

const kindSchema = z.enum(Object.keys(ERROR_KINDS) as [keyof typeof ERROR_KINDS]);
const headersSchema = z.record(z.string().regex(/^[a-z0-9-]+$/i), z.string().regex(/^[\x20-\x7e]*$/));

const errorFieldsSchema = z.strictObject({
  kind: kindSchema.optional(),
  status: z.number().int().min(400).max(599).optional(),
  type: z.string().optional(),
  message: z.string().optional(),
  /** Seconds. The CLI obeys it, and gives up at once when it is long. */
  retry_after: z.number().min(0).optional(),
  headers: headersSchema.optional(),
});
type ErrorFields = z.output<typeof errorFieldsSchema>;
const errorSchema = z.union([kindSchema.transform((kind): ErrorFields => ({ kind })), errorFieldsSchema]);

/** The subscription's limits, sent as `anthropic-ratelimit-unified-*` headers. Only a login shows them. */
const rateLimitSchema = z.strictObject({
  status: z.enum(["allowed", "allowed_warning", "rejected"]),
  resets_in_s: count.default(3600),
  claim: z.enum(["five_hour", "seven_day", "seven_day_opus", "seven_day_sonnet"]).default("five_hour"),
  utilization: z.number().min(0).max(2).optional(),
});

const cutSchema = z.strictObject({
  /** How many events still go out. 0: the stream breaks before its first one. */
  after_events: count,
  /** `rst` resets the connection, `end` closes it cleanly, `error` sends an error event, `stall` says nothing more. */
  how: z.enum(["rst", "end", "error", "stall"]),
});

export const ruleSchema = z.strictObject({
  name: z.string().min(1).optional(),
  when: whenSchema.default({}),
  /** Pause between the start of the message and its first block: the model thinks. */
  think_ms: pause.optional(),
  thinking: z.string().optional(),
  say: z.string().optional(),
  tool_use: z.union([toolUseSchema.transform((one) => [one]), z.array(toolUseSchema)]).optional(),
  stop_reason: z.string().optional(),
  usage: usageSchema.optional(),
  error: errorSchema.optional(),
  rate_limit: rateLimitSchema.optional(),
  /** Pause before the response's headers. */
  delay_ms: pause.optional(),
  /** Pause before each streamed event. */
  chunk_ms: pause.optional(),
  /** Characters in one streamed piece of text. */
  chunk_chars: z.number().int().min(1).max(100_000).optional(),
  /** Breaks the stream. Does not touch a request without streaming, which is how the CLI recovers. */
  cut: cutSchema.optional(),
  /** The rule answers so many requests at most, then it is as if it were not there. */
  times: z.number().int().min(1).optional(),
});

export const scriptSchema = z.array(ruleSchema).max(1000);

export type RuleInput = z.input<typeof ruleSchema>;
export type Rule = z.output<typeof ruleSchema>;
export type When = z.output<typeof whenSchema>;
export type Pattern = z.output<typeof patternSchema>;
export type Range = z.output<typeof rangeSchema>;
export type ErrorKind = keyof typeof ERROR_KINDS;

/** Refuses with one sentence that names the rule and the field. */
export const parseScript = (value: unknown): readonly Rule[] => {
  const parsed = scriptSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TypeError(`the simulator's script is not valid\n${z.prettifyError(parsed.error)}`);
};
