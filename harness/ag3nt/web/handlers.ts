/** What each of the harness's web endpoints does; the table does not compile when one is missing. */
import type { Handlers } from "../../../src/wire/endpoint.ts";
import { HiveError } from "../../../src/wire/errors.ts";
import type { JournalFrame, Todo } from "../../../src/wire/journal.ts";
import type { TicketRight } from "../../../src/wire/ticket.ts";
import type { harnessWire } from "../../../src/wire/wire.ts";
import type { Journal } from "../journal/journal.ts";
import type { WebOptions } from "./options.ts";

export type HarnessWire = typeof harnessWire;

export interface WebContext {
  /** As the page gave it. */
  readonly ticket: string;
  /** Of a stream: where the client stopped reading, and when it leaves. */
  readonly lastEventId: number | undefined;
  readonly signal: AbortSignal;
}

/** The right a ticket must carry, per endpoint. */
export const RIGHTS = {
  history: "read",
  stream: "read",
  state: "read",
  todos: "read",
  send: "send",
  attach: "send",
  cancel: "control",
  todosMarkDone: "control",
  model: "control",
  effort: "control",
} as const satisfies Record<keyof HarnessWire, TicketRight>;

export function createHandlers(
  options: Pick<WebOptions, "journal" | "info" | "actions">,
): Handlers<HarnessWire, WebContext> {
  const { journal, info, actions } = options;
  return {
    history: (input) => journal.history(input),
    stream: ({ after }, { lastEventId, signal }): AsyncIterable<JournalFrame> =>
      journal.follow(lastEventId ?? after, signal),
    state: () => info(),
    todos: () => ({ todos: journal.todos() }),
    todosMarkDone: ({ id }) => ({ todos: markDone(journal, id) }),
    send: (input, { ticket }) => actions.send(ticket, input),
    attach: (input) => actions.attach(input),
    cancel: async () => ({ interrupted: await actions.cancel() }),
    model: async ({ model }) => {
      await actions.setModel(model);
      return {};
    },
    effort: async ({ effort }) => {
      await actions.setEffort(effort);
      return {};
    },
  };
}

function markDone(journal: Journal, id: string): Todo[] {
  const todos = journal.todos();
  if (!todos.some((todo) => todo.id === id)) {
    throw new HiveError("not_found", `there is no entry "${id}" in the list of things to do`);
  }
  const next = todos.map((todo): Todo => (todo.id === id ? { ...todo, state: "done" } : todo));
  journal.setTodos(next);
  return next;
}
