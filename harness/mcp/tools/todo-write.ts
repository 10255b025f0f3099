import { z } from "zod";
import { Todo } from "../../../src/wire/journal.ts";
import { tool } from "../tool.ts";

export const todoWrite = tool({
  server: "hyperhive",
  name: "todo_write",
  access: "agent",
  description:
    "Replace your list of things to do; the operator sees it. Use it for work of several steps, and keep it true: one entry is doing, finished ones are done. An empty list clears it. The operator can tick entries off.",
  input: z.strictObject({
    todos: z
      .array(
        z.strictObject({
          text: z.string().min(1).max(500),
          state: Todo.shape.state.default("open"),
        }),
      )
      .max(100),
  }),
  run: async ({ todos }, { journal }) => {
    // An entry keeps its id while its text stays, so that a tick from the page meets the right one.
    const before = new Map(journal.todos().map(({ id, text }) => [text, id]));
    const used = new Set<string>();
    let next = Math.max(0, ...[...before.values()].map(Number).filter(Number.isSafeInteger));
    const list = todos.map((entry) => {
      const known = before.get(entry.text);
      const id = known !== undefined && !used.has(known) ? known : String(++next);
      used.add(id);
      return { id, ...entry };
    });
    journal.setTodos(list);
    return `${list.length} to do, ${list.filter(({ state }) => state === "done").length} of them done`;
  },
});
