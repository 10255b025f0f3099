/** An approved removal of an agent. */
import { agentEndpoints } from "../../../wire/agents.ts";
import { HiveError } from "../../../wire/errors.ts";
import { action } from "../action.ts";
import { finished } from "./finished.ts";
import { parsePayload } from "./parse-payload.ts";

export const destroy = action({
  parse: (payload) => parsePayload(agentEndpoints.destroy.input, payload),
  check: ({ name }, { agents }) => {
    if (agents.has(name)) return;
    throw new HiveError("not_found", `agent "${name}" is not managed by this hive`, {
      hint: "hivectl agent list",
    });
  },
  run: async (payload, context) => {
    const { operation_id } = await context.lifecycle.destroy(context.actor, payload);
    await finished(operation_id, context);
  },
  isDone: ({ name }, { agents }) => !agents.has(name),
});
