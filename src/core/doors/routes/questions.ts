/** Handlers of the questions' endpoints. */
import type { Handlers } from "../../../wire/endpoint.ts";
import type { questionEndpoints } from "../../../wire/questions.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";

export function questionRoutes({
  questions,
}: OperatorServices): Handlers<typeof questionEndpoints, OperatorContext> {
  return {
    questions: (input) => ({ questions: questions.list(input) }),
    answer: async (input, { actor }) => ({ question: await questions.answer(actor, input) }),
  };
}
