// A message as the events of a streamed Messages API response, in the order the real CLI needs. Pure.
import type { ReplyBlock, ReplyMessage } from "./reply.ts";

export type StreamEvent = { readonly type: string; readonly [field: string]: unknown };

/** A piece that reads like typing. Scripts with long texts may choose their own. */
export const DEFAULT_CHUNK_CHARS = 24;

export const encodeEvent = (event: StreamEvent): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** Whole code points: half a surrogate pair would arrive as a broken character. */
const pieces = (text: string, chars: number): readonly string[] => {
  const points = [...text];
  const count = Math.ceil(points.length / chars);
  return Array.from({ length: count }, (_, index) =>
    points.slice(index * chars, (index + 1) * chars).join(""),
  );
};

const emptyBlock = (block: ReplyBlock): Readonly<Record<string, unknown>> => {
  if (block.type === "thinking") return { type: "thinking", thinking: "", signature: "" };
  if (block.type === "text") return { type: "text", text: "" };
  return { type: "tool_use", id: block.id, name: block.name, input: {} };
};

const deltas = (block: ReplyBlock, chars: number): readonly Readonly<Record<string, unknown>>[] => {
  if (block.type === "text") return pieces(block.text, chars).map((text) => ({ type: "text_delta", text }));
  if (block.type === "tool_use") {
    return pieces(JSON.stringify(block.input), chars).map((part) => ({
      type: "input_json_delta",
      partial_json: part,
    }));
  }
  return [
    ...pieces(block.thinking, chars).map((thinking) => ({ type: "thinking_delta", thinking })),
    { type: "signature_delta", signature: block.signature },
  ];
};

export const streamEvents = (
  message: ReplyMessage,
  chunkChars: number = DEFAULT_CHUNK_CHARS,
): readonly StreamEvent[] => [
  {
    type: "message_start",
    message: {
      ...message,
      content: [],
      stop_reason: null,
      usage: { ...message.usage, output_tokens: 1 },
    },
  },
  { type: "ping" },
  ...message.content.flatMap((block, index) => [
    { type: "content_block_start", index, content_block: emptyBlock(block) },
    ...deltas(block, chunkChars).map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ]),
  {
    type: "message_delta",
    delta: { stop_reason: message.stop_reason, stop_sequence: null },
    usage: { output_tokens: message.usage.output_tokens },
  },
  { type: "message_stop" },
];
