/** Questions: durable, answered once, from any device; they never expire unless asked to. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { AgentName, Party, Timestamp, Ulid } from "./ids.ts";

export const QuestionState = z.enum(["open", "answered", "expired", "cancelled"]);

export const Question = z.object({
  id: Ulid,
  from: Party,
  to: Party,
  question: z.string(),
  /** Proposed answers; free text is always allowed. */
  choices: z.array(z.string()),
  state: QuestionState,
  answer: z.string().optional(),
  answered_by: z.string().optional(),
  asked_at: Timestamp,
  answered_at: Timestamp.optional(),
  expires_at: Timestamp.optional(),
});
export type Question = z.output<typeof Question>;

export const askFields = {
  to: z.union([z.literal("operator"), AgentName]).default("operator"),
  question: z
    .string()
    .min(1)
    .max(16 * 1024),
  choices: z.array(z.string().min(1).max(200)).max(12).default([]),
  /** Absent: never. */
  expires_in_seconds: z
    .int()
    .min(1)
    .max(366 * 86_400)
    .optional(),
};

export const questionEndpoints = {
  questions: endpoint({
    cmd: "questions",
    http: ["GET", "/api/v1/questions"],
    access: "operator",
    input: z.strictObject({
      state: QuestionState.optional(),
      to: Party.optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    output: z.object({ questions: z.array(Question) }),
    summary: "Questions, newest first.",
  }),
  answer: endpoint({
    cmd: "answer",
    http: ["POST", "/api/v1/questions/:id/answer"],
    access: "operator",
    input: z.strictObject({
      id: Ulid,
      answer: z
        .string()
        .min(1)
        .max(64 * 1024),
    }),
    output: z.object({ question: Question }),
    summary: "Answer a question. The first answer wins; a later one is a conflict that names who answered.",
  }),
} as const;
