import { z } from "zod";
import { HiveError } from "../../../src/wire/errors.ts";
import type { Question } from "../../../src/wire/questions.ts";
import { askFields } from "../../../src/wire/questions.ts";
import { type ToolContext, tool } from "../tool.ts";

export const ask = tool({
  server: "hyperhive",
  name: "ask",
  access: "agent",
  description:
    "Ask the operator (or another agent) a question and wait for the answer a while. Use it when you cannot go on without a decision that is not yours. Offer choices where you can; free text is always possible. Returns the answer; if none came in time it says so: then finish what you can and end the turn, the answer starts your next turn as a message. Never ask the same thing twice.",
  input: z.strictObject({
    question: askFields.question.describe("one clear question with what is needed to decide it"),
    choices: askFields.choices.describe("proposed answers, short"),
    to: askFields.to.describe('"operator" or the name of an agent'),
    wait_seconds: z.int().min(0).max(280).default(240).describe("how long to wait in this turn"),
  }),
  run: async ({ wait_seconds, ...input }, context) => {
    const { question } = await context.call("ask", { ...input, ...context.effect() });
    return awaitAnswer(question, wait_seconds, context);
  },
});

async function awaitAnswer(asked: Question, seconds: number, context: ToolContext): Promise<string> {
  const { call, clock, lease, signal, takeIn } = context;
  const deadline = clock.monotonic() + seconds * 1000;
  let question = asked;
  for (let left = seconds; left >= 0; left = Math.floor((deadline - clock.monotonic()) / 1000)) {
    const running = lease();
    if (running === undefined) break;
    try {
      const wait = { question_id: asked.id, lease_id: running.id, wait_seconds: left };
      const answer = await call("awaitAnswer", wait, signal);
      question = answer.question;
      if (answer.messages.length > 0)
        return `question ${asked.id} is ${question.state}\n\n${await takeIn(answer.messages)}`;
      break;
    } catch (error) {
      // The question is stored: a link that went down for long only ends the waiting.
      if (!(error instanceof HiveError) || error.code !== "unavailable") throw error;
    }
  }
  return inWords(question);
}

function inWords(question: Question): string {
  if (question.answer !== undefined) {
    return `question ${question.id} was answered by "${question.answered_by ?? question.to}": ${JSON.stringify(question.answer)}`;
  }
  if (question.state === "open") {
    return `no answer yet to question ${question.id} from "${question.to}". It stays open; the answer will reach you as a message and start a turn. Do not ask again.`;
  }
  return `question ${question.id} is ${question.state}: there will be no answer`;
}
