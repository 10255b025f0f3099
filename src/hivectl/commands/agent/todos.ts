/** What an agent means to do. */
import { journalEndpoints } from "../../../wire/journal.ts";
import { command } from "../../command.ts";
import { printTodos } from "../../print/todos.ts";

export const agentTodos = command({
  noun: "agent",
  verb: "todos",
  summary: "An agent's list of things to do",
  args: { agent: { type: "positional", required: true, description: "Its name" } },
  completes: { agent: "agent" },
  examples: [["hivectl agent todos alice", "what is done, what it does, what is left"]],
  run: ({ args, show }) =>
    show(journalEndpoints.todos, { name: args.agent }, ({ todos }, view) => printTodos(todos, view)),
});
