/** The operator's answer to a question. */
import { questionEndpoints } from "../../../wire/questions.ts";
import { command } from "../../command.ts";
import { questionId } from "../../known-ids.ts";
import { text } from "../../options.ts";
import { cleanLine } from "../../print/clean.ts";

export const askAnswer = command({
  noun: "ask",
  verb: "answer",
  summary: "Answer a question; the first answer counts",
  args: {
    id: { type: "positional", required: true, description: "The question's id, or the end of it" },
    answer: { type: "positional", required: false, description: "The answer; - for standard input" },
    file: { type: "string", alias: "f", valueHint: "FILE", description: "Read the answer from a file" },
  },
  examples: [
    ['hivectl ask answer 01JDXM3V6T0000000000000000 "Use port 8080."', "it goes on with your answer"],
  ],
  run: async (context) => {
    const { args } = context;
    const answer = await text(context, { word: args.answer, file: args.file, name: "<answer>" });
    const id = await questionId(context, args.id);
    await context.show(
      questionEndpoints.answer,
      { id, answer },
      ({ question }) => `answered ${cleanLine(question.from)}`,
    );
  },
});
