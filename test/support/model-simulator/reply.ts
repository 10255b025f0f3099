// Turns a rule into the message that the model "writes". Pure but for the ids it is given.
import type { Conversation } from "./conversation.ts";
import type { Match } from "./match.ts";
import type { Rule } from "./script.ts";
import { fillDeep, fillTemplate, type TemplateValues } from "./template.ts";

export type ReplyBlock =
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly input: unknown };

export type Usage = {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation_input_tokens: number;
};

export type ReplyMessage = {
  readonly id: string;
  readonly type: "message";
  readonly role: "assistant";
  readonly model: string;
  readonly content: readonly ReplyBlock[];
  readonly stop_reason: string;
  readonly stop_sequence: null;
  readonly usage: Usage;
};

export type ReplyContext = {
  readonly conversation: Conversation;
  /** What the match found; absent for the built-in replies. */
  readonly match?: Match;
  readonly agent: string | undefined;
  readonly requestBytes: number;
  /** Must never repeat, not even in another process: the CLI merges messages that share an id. */
  readonly newId: () => string;
};

/** About four bytes make a token; near enough for a usage display. */
const tokensOf = (chars: number): number => Math.max(1, Math.ceil(chars / 4));

export const templateValues = (context: ReplyContext): TemplateValues => ({
  last_user: context.conversation.lastUser,
  injected: context.conversation.injected,
  agent: context.agent ?? "",
  model: context.conversation.model,
  turn: String(context.conversation.turn),
  step: String(context.conversation.step),
  tool_result: context.match?.toolResult?.text ?? "",
  ...Object.fromEntries(
    Object.entries(context.match?.groups ?? {}).map(([key, group]) => [`match.${key}`, group]),
  ),
});

const blocksOf = (rule: Rule, context: ReplyContext): readonly ReplyBlock[] => {
  const values = templateValues(context);
  const tools = rule.tool_use ?? [];
  const said = rule.say ?? (tools.length > 0 ? undefined : "ok");
  const blocks: ReplyBlock[] = [];
  if (rule.thinking !== undefined) {
    blocks.push({ type: "thinking", thinking: fillTemplate(rule.thinking, values), signature: "simulated" });
  }
  if (said !== undefined && said !== "") blocks.push({ type: "text", text: fillTemplate(said, values) });
  for (const tool of tools) {
    const id = `toolu_sim_${context.newId()}`;
    blocks.push({ type: "tool_use", id, name: tool.name, input: fillDeep(tool.input, values) });
  }
  return blocks;
};

const charsOf = (block: ReplyBlock): number => {
  if (block.type === "thinking") return block.thinking.length;
  if (block.type === "text") return block.text.length;
  return block.name.length + JSON.stringify(block.input).length;
};

export const buildReply = (rule: Rule, context: ReplyContext): ReplyMessage => {
  const content = blocksOf(rule, context);
  const asksTool = content.some((block) => block.type === "tool_use");
  return {
    id: `msg_sim_${context.newId()}`,
    type: "message",
    role: "assistant",
    model: context.conversation.model,
    content,
    stop_reason: rule.stop_reason ?? (asksTool ? "tool_use" : "end_turn"),
    stop_sequence: null,
    usage: {
      input_tokens: rule.usage?.input_tokens ?? tokensOf(context.requestBytes),
      output_tokens:
        rule.usage?.output_tokens ?? tokensOf(content.reduce((sum, block) => sum + charsOf(block), 0)),
      cache_read_input_tokens: rule.usage?.cache_read_input_tokens ?? 0,
      cache_creation_input_tokens: rule.usage?.cache_creation_input_tokens ?? 0,
    },
  };
};
