/** What the agent has written down to do. */
import { harnessEndpoints, type Todo } from "../../wire/journal.ts";
import { useHive } from "../hive.ts";
import { Action } from "../ui/action.tsx";
import type { Journal } from "./journal.ts";

const SIGN = { open: "○", doing: "◐", done: "●" } as const satisfies Record<Todo["state"], string>;

export function TodosPanel({ journal }: { readonly journal: Journal }) {
  const todos = journal.todos.value;
  if (todos.length === 0) return null;
  const done = todos.filter(({ state }) => state === "done").length;
  return (
    <aside class="todos" aria-label="todos">
      <details open={matchMedia("(min-width: 1000px)").matches}>
        <summary>
          <span class="diamond" aria-hidden="true">
            ◆
          </span>{" "}
          todos{" "}
          <span class="dim">
            {done} of {todos.length}
          </span>
        </summary>
        <ul>
          {todos.map((todo) => (
            <TodoRow key={todo.id} todo={todo} journal={journal} />
          ))}
        </ul>
      </details>
    </aside>
  );
}

function TodoRow({ todo, journal }: { readonly todo: Todo; readonly journal: Journal }) {
  const hive = useHive();
  const markDone = async (): Promise<undefined> => {
    const { todos } = await hive.call(harnessEndpoints.todosMarkDone, { id: todo.id });
    journal.setTodos(todos);
  };
  return (
    <li class={todo.state}>
      <span class="sign" title={todo.state}>
        {SIGN[todo.state]}
      </span>
      <span class="grow">{todo.text}</span>
      {hive.mode === "harness" && todo.state !== "done" && (
        <Action work={markDone} weight="quiet" label={`done: ${todo.text}`}>
          ✓
        </Action>
      )}
    </li>
  );
}
