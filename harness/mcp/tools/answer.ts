import { z } from "zod";
import { Ulid } from "../../../src/wire/ids.ts";
import { tool } from "../tool.ts";

export const answer = tool({
  server: "hyperhive",
  name: "answer",
  access: "agent",
  description:
    "Answer a question that another agent put to you. The message that brought the question names its id. The first answer counts. Returns when the answer is stored; who asked gets it at once if it still waits.",
  input: z.strictObject({
    id: Ulid.describe("id of the question"),
    answer: z
      .string()
      .min(1)
      .max(64 * 1024),
  }),
  run: async (input, { call, effect }) => {
    const { question } = await call("answer", { ...input, ...effect() });
    return `question ${question.id} of "${question.from}" is answered`;
  },
});
