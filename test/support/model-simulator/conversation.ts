// Reads one Messages API request into the few facts that rules ask about. Pure.
// Knows how the CLI dresses up what people typed (facts of claude 2.1.197); knows nothing about rules.
import { z } from "zod";

const blockSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.unknown().optional(),
  tool_use_id: z.string().optional(),
  content: z.unknown().optional(),
  is_error: z.boolean().nullish(),
});
const contentSchema = z.union([
  z.string().transform((text) => [{ type: "text", text }]),
  z.array(blockSchema),
]);
const messageSchema = z.looseObject({
  role: z.enum(["user", "assistant", "system"]),
  content: contentSchema,
});

export const requestSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().default(false),
  system: z
    .union([z.string().transform((text) => [{ text }]), z.array(z.looseObject({ text: z.string() }))])
    .default([]),
  messages: z.array(messageSchema).min(1),
  tools: z.array(z.looseObject({ name: z.string() })).default([]),
  output_config: z.looseObject({ effort: z.string().optional() }).optional(),
});

type Block = z.output<typeof contentSchema>[number] & {
  readonly tool_use_id?: string;
  readonly content?: unknown;
  readonly is_error?: boolean | null;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
};
type Message = Omit<z.output<typeof messageSchema>, "content"> & { readonly content: readonly Block[] };

export type ToolResult = { readonly tool: string; readonly text: string; readonly isError: boolean };

export type Conversation = {
  readonly model: string;
  readonly stream: boolean;
  readonly effort: string | undefined;
  readonly tools: readonly string[];
  readonly agent: string | undefined;
  readonly system: string;
  /** Text of the message that opened the current turn. */
  readonly lastUser: string;
  /** Results in the newest message; empty when it is text. */
  readonly toolResults: readonly ToolResult[];
  /** Text slipped into the turn after those results. */
  readonly injected: string;
  readonly history: string;
  readonly turn: number;
  readonly step: number;
  readonly subagent: boolean;
  readonly compaction: boolean;
};

/** Accepts `You are "alice"` and `You are agent "alice"`. */
export const AGENT_MARKER = /You are (?:agent )?"([a-z0-9-]+)"/;

/** Its own entry for newer models; inside the tool's result, as a reminder, for haiku. */
const INJECTION =
  /The user sent a new message while you were working:\n([\s\S]*?)(?=\n\nIMPORTANT: After completing your current task|$)/g;
const COMPACTION = "CRITICAL: Respond with TEXT ONLY";
const NOTICE =
  /^\s*\[Request interrupted by user(?: for tool use)?\]\s*$|^Continue from where you left off\.$/;

const stripReminders = (text: string): string =>
  text.replace(/<system-reminder>[\s\S]*?<\/system-reminder>\s*/g, "").trim();

export const contentText = (content: unknown): string => {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return content === undefined ? "" : JSON.stringify(content);
  return content
    .map((part: unknown) =>
      typeof part === "object" && part !== null && "text" in part && typeof part.text === "string"
        ? part.text
        : "",
    )
    .join("\n");
};

/** What a person or an agent typed: what the CLI says by itself taken away, newest part after an interrupt. */
const typedText = (message: Message): string => {
  const texts = message.content.flatMap((block) =>
    block.type === "text" && !block.text?.startsWith(COMPACTION) ? [stripReminders(block.text ?? "")] : [],
  );
  const isTyped = (text: string) => text !== "" && !NOTICE.test(text);
  const typed = texts.slice(0, texts.findLastIndex(isTyped) + 1);
  const lastNotice = typed.findLastIndex((text) => NOTICE.test(text));
  return typed
    .slice(lastNotice + 1)
    .filter(isTyped)
    .join("\n");
};

/** After an interrupted tool the CLI puts the refused result and the next message into one: that opens a turn too. */
const isOpening = (message: Message): boolean => message.role === "user" && typedText(message) !== "";

const blockText = (block: Block): string =>
  block.type === "tool_result" ? contentText(block.content) : (block.text ?? "");

const injectedText = (messages: readonly Message[]): string =>
  messages
    .flatMap((message) => message.content)
    .flatMap((block) => [...blockText(block).matchAll(INJECTION)].map((found) => found[1] ?? ""))
    .join("\n");

const toolNames = (messages: readonly Message[]): ReadonlyMap<string, string> =>
  new Map(
    messages.flatMap((message) =>
      message.content.flatMap((block) =>
        block.type === "tool_use" && block.id !== undefined ? [[block.id, block.name ?? ""] as const] : [],
      ),
    ),
  );

/** In the order of the calls: the CLI runs tools side by side and sends results as they come. */
const toolResultsOf = (
  message: Message | undefined,
  names: ReadonlyMap<string, string>,
): readonly ToolResult[] => {
  const order = [...names.keys()];
  const position = (block: Block) => order.indexOf(block.tool_use_id ?? "");
  return (message?.content ?? [])
    .filter((block) => block.type === "tool_result")
    .toSorted((one, other) => position(one) - position(other))
    .map((block) => ({
      tool: names.get(block.tool_use_id ?? "") ?? "",
      text: stripReminders(contentText(block.content)),
      isError: block.is_error === true,
    }));
};

const historyText = (messages: readonly Message[]): string =>
  messages
    .flatMap((message) => message.content)
    .map((block) => {
      if (block.type === "tool_use") return `${block.name ?? ""} ${JSON.stringify(block.input ?? {})}`;
      return stripReminders(blockText(block));
    })
    .join("\n");

const lastTextOf = (messages: readonly Message[]): string =>
  messages.findLast((message) => message.role === "user")?.content.findLast((block) => block.type === "text")
    ?.text ?? "";

export type ConversationOptions = { readonly agentMarker?: RegExp; readonly subagent?: boolean };

export const readConversation = (
  request: z.output<typeof requestSchema>,
  options: ConversationOptions = {},
): Conversation => {
  const messages: readonly Message[] = request.messages;
  const system = request.system.map((part) => part.text).join("\n");
  const openingAt = messages.findLastIndex(isOpening);
  const opening = messages[openingAt];
  const afterOpening = messages.slice(openingAt + 1);
  const newestUser = messages.findLast((message) => message.role === "user");
  const step = afterOpening.filter((message) => message.role === "assistant").length;
  return {
    model: request.model,
    stream: request.stream,
    effort: request.output_config?.effort,
    tools: request.tools.map((tool) => tool.name),
    agent: (options.agentMarker ?? AGENT_MARKER).exec(system)?.[1],
    system,
    lastUser: opening === undefined ? "" : typedText(opening),
    toolResults: newestUser === opening ? [] : toolResultsOf(newestUser, toolNames(messages)),
    injected: injectedText(
      messages.slice(messages.findLastIndex((message) => message.role === "assistant") + 1),
    ),
    history: `${historyText(messages)}\n${injectedText(messages)}`,
    turn: messages.filter(isOpening).length,
    step,
    subagent: options.subagent ?? false,
    compaction: lastTextOf(messages).startsWith(COMPACTION),
  };
};
