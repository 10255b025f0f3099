/** Questions at a glance. */
import { questionEndpoints } from "../../../wire/questions.ts";
import { command } from "../../command.ts";
import { printQuestions } from "../../print/questions.ts";

export const askList = command({
  noun: "ask",
  verb: "list",
  summary: "Questions that wait for an answer",
  args: {
    all: { type: "boolean", alias: "a", description: "Also the answered ones, and those between agents" },
  },
  examples: [
    ["hivectl ask list", "what the agents want to know from you"],
    ["hivectl ask list --all", "and what was answered"],
  ],
  run: ({ args, show }) =>
    show(
      questionEndpoints.questions,
      args.all === true ? {} : { state: "open", to: "operator" },
      ({ questions }, view) => printQuestions(questions, view),
    ),
});
