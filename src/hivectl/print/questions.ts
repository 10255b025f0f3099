/** Questions, each whole: they are there to be answered. */
import type { Question } from "../../wire/questions.ts";
import { shownId } from "../short-id.ts";
import { clean, cleanLine, indent, wrap } from "./clean.ts";
import { age, type View } from "./view.ts";

export function printQuestions(questions: readonly Question[], view: View): string {
  if (questions.length === 0) return "no questions";
  return questions
    .toReversed()
    .map((question) => printQuestion(question, view))
    .join("\n\n");
}

function printQuestion(question: Question, view: View): string {
  const { paint, width } = view;
  const who = `${cleanLine(question.from)} asks${question.to === "operator" ? "" : ` ${cleanLine(question.to)}`}`;
  const until = question.expires_at === undefined ? "" : `, expires ${age(question.expires_at, view)}`;
  const head = `${paint("bold", who)}  ${paint("dim", `${age(question.asked_at, view)}${until}  ${shownId(question.id, view)}`)}`;
  const text = indent(wrap(clean(question.question), Math.min(width, 100) - 2), "  ");
  const choices = question.choices.map((choice) => `  ${paint("accent", "·")} ${cleanLine(choice)}`);
  return [head, text, ...choices, end(question, view)].join("\n");
}

function end(question: Question, view: View): string {
  const { paint } = view;
  if (question.state === "answered") {
    const by = question.answered_by === undefined ? "" : `${cleanLine(question.answered_by)}: `;
    return `  ${paint("good", "→")} ${by}${cleanLine(question.answer ?? "")}`;
  }
  if (question.state !== "open") return `  ${paint("dim", question.state)}`;
  return question.to === "operator"
    ? `  ${paint("dim", `hivectl ask answer ${shownId(question.id, view)} "…"`)}`
    : "  open";
}
