/** Messages: stored before they are acknowledged, and their state is visible to both ends. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { AgentName, Body, Party, Timestamp, Ulid } from "./ids.ts";

/**
 * `queued` stored and waiting · `delivered` leased to the recipient's harness · `read` taken in by claude ·
 * `handled` the turn that read it ended · `failed` given up, with a reason.
 */
export const MessageState = z.enum(["queued", "delivered", "read", "handled", "failed"]);
export type MessageState = z.output<typeof MessageState>;

/** `urgent` is folded into a running turn at the next tool boundary; the others wait for the next turn. */
export const Priority = z.enum(["urgent", "normal", "low"]);

export const Message = z.object({
  id: Ulid,
  from: Party,
  /** One recipient; a message to `all` becomes one message for each agent. */
  to: Party,
  body: z.string(),
  in_reply_to: z.string().optional(),
  /** Set on a message that carries a question's answer. */
  question_id: z.string().optional(),
  /** Set on a message that a reminder or schedule made. */
  origin: z.enum(["reminder", "schedule", "system"]).optional(),
  priority: Priority,
  state: MessageState,
  /** Why it failed or what delayed it. */
  reason: z.string().optional(),
  /** Times it was given out again after a broken attempt. */
  redelivered: z.int(),
  created_at: Timestamp,
  /** Not before this time. */
  deliver_after: Timestamp.optional(),
  delivered_at: Timestamp.optional(),
  read_at: Timestamp.optional(),
  handled_at: Timestamp.optional(),
});
export type Message = z.output<typeof Message>;

/** Fields shared by every door that takes a message. */
export const sendFields = {
  /** An agent, `operator`, or `all`. */
  to: z.union([z.literal("operator"), z.literal("all"), AgentName]),
  /** At most 256 KiB of UTF-8. */
  body: Body,
  in_reply_to: Ulid.optional(),
  priority: Priority.default("normal"),
  /** A repeat with the same key and sender stores nothing and returns the first ids. */
  idempotency_key: z.string().min(1).max(200).optional(),
  /** RFC 3339; it stays queued until then. */
  deliver_after: Timestamp.optional(),
};

export const SendResult = z.object({
  /** One id, or one for each recipient of `all`. */
  ids: z.array(Ulid),
  /** True when the idempotency key was seen before. */
  repeated: z.boolean(),
});

export const messageEndpoints = {
  send: endpoint({
    cmd: "send",
    http: ["POST", "/api/v1/messages"],
    access: "operator",
    input: z.strictObject(sendFields),
    output: SendResult,
    summary: "Send a message as the operator. The answer comes after it is stored.",
  }),
  messages: endpoint({
    cmd: "messages",
    http: ["GET", "/api/v1/messages"],
    access: "operator",
    input: z.strictObject({
      /** Sent by or to this party. */
      party: Party.optional(),
      /** With `party`: only the thread between the two. */
      with: Party.optional(),
      state: MessageState.optional(),
      /** Older than this id (exclusive). */
      before: Ulid.optional(),
      limit: z.coerce.number().int().min(1).max(500).default(50),
    }),
    output: z.object({ messages: z.array(Message), more: z.boolean() }),
    summary: "Messages, newest first.",
  }),
  message: endpoint({
    cmd: "message",
    http: ["GET", "/api/v1/messages/:id"],
    access: "operator",
    input: z.strictObject({ id: Ulid }),
    output: z.object({ message: Message }),
    summary: "One message with its delivery state.",
  }),
  searchMessages: endpoint({
    cmd: "search_messages",
    http: ["GET", "/api/v1/search"],
    access: "operator",
    input: z.strictObject({
      /** Words; all must occur. Quotes make a phrase, a trailing * a prefix. */
      query: z.string().min(1).max(500),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    output: z.object({
      hits: z.array(
        z.object({
          kind: z.enum(["message", "digest"]),
          /** Present on a hit in a message. */
          message: Message.optional(),
          agent: z.string().optional(),
          at: Timestamp,
          /** The words around the hit, which stands between U+2039 and U+203A. */
          excerpt: z.string(),
        }),
      ),
    }),
    summary: "Full-text search over messages and digests of turns, best first.",
  }),
  acknowledge: endpoint({
    cmd: "acknowledge",
    http: ["POST", "/api/v1/messages/acknowledge"],
    access: "operator",
    input: z.strictObject({ ids: z.array(Ulid).min(1).max(500) }),
    output: z.object({ acknowledged: z.int() }),
    summary: "Mark messages to the operator as read and handled.",
  }),
} as const;
