/** An open question: its choices as buttons, and always free text. */
import type { Question } from "../../../wire/questions.ts";
import { useHive } from "../../hive.ts";
import { Action, Submit, useAction } from "../../ui/action.tsx";
import { Age, Party } from "../../ui/bits.tsx";
import { Markdown } from "../../ui/markdown.tsx";

interface QuestionProps {
  readonly question: Question;
  readonly onAnswer: (answer: string) => Promise<string>;
}

export function QuestionItem({ question, onAnswer }: QuestionProps) {
  const draft = useHive().draft(`answer-${question.id}`);
  const text = draft.text.value;
  const { busy, run } = useAction(async () => {
    const said = await onAnswer(text.trim());
    draft.sent();
    return said;
  });
  return (
    <>
      <header>
        <span class="kind">answer?</span>
        <Party name={question.from} />
        <span class="dim">
          asked <Age at={question.asked_at} />
          {question.expires_at !== undefined && (
            <>
              {" "}
              · expires <Age at={question.expires_at} />
            </>
          )}
        </span>
      </header>
      <div class="ask">
        <Markdown text={question.question} />
      </div>
      {question.choices.length > 0 && (
        <div class="choices">
          {question.choices.map((choice) => (
            <Action key={choice} work={() => onAnswer(choice)}>
              {choice}
            </Action>
          ))}
        </div>
      )}
      <form
        class="answer-row"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "") run();
        }}
      >
        <input
          aria-label={`answer to ${question.from}`}
          placeholder={question.choices.length > 0 ? "or in your own words" : "your answer"}
          value={text}
          onInput={(event) => {
            draft.text.value = event.currentTarget.value;
          }}
        />
        <Submit busy={busy} disabled={text.trim() === ""}>
          answer
        </Submit>
      </form>
    </>
  );
}
