/** An agent's own list of things to do. */
import type { Todo } from "../../wire/journal.ts";
import { cleanLine, fit } from "./clean.ts";
import type { Tone } from "./paint.ts";
import type { View } from "./view.ts";

const MARKS: Readonly<Record<Todo["state"], readonly [mark: string, tone: Tone]>> = {
  done: ["✓", "dim"],
  doing: ["▸", "warn"],
  open: ["·", "plain"],
};

export function printTodos(todos: readonly Todo[], { paint, width }: View): string {
  if (todos.length === 0) return "nothing is on its list";
  return todos
    .map(({ state, text }) => {
      const [mark, tone] = MARKS[state];
      return paint(tone, fit(`${mark} ${cleanLine(text)}`, width));
    })
    .join("\n");
}
