/** Handlers of the agents' journals: asked of the harness, which is hostile input (../../links/journal-proxy.ts). */

import type { attachmentEndpoints } from "../../../wire/attachments.ts";
import type { Handlers } from "../../../wire/endpoint.ts";
import type { journalEndpoints } from "../../../wire/journal.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";

export function journalRoutes({
  journal,
  control,
}: OperatorServices): Handlers<typeof journalEndpoints & typeof attachmentEndpoints, OperatorContext> {
  return {
    journal: ({ name, ...input }, { signal }) => journal.history(name, input, signal),
    journalStream: ({ name, after }, { signal }) => journal.stream(name, after, signal),
    harnessInfo: async ({ name }, { signal }) => ({ harness: await journal.info(name, signal) }),
    attach: async ({ name, ...part }, { actor, signal }) => {
      if (part.offset === 0) await control.attaching(actor, name, part.file);
      return journal.attach(name, part, signal);
    },
    todos: async ({ name }, { signal }) => ({ todos: await journal.todos(name, signal) }),
  };
}
