/** An approved spawn. */
import { SpawnInput } from "../../../wire/agents.ts";
import { HiveError } from "../../../wire/errors.ts";
import { checkNewName } from "../../lifecycle/spawn-checks.ts";
import { action } from "../action.ts";
import { finished } from "./finished.ts";
import { parsePayload } from "./parse-payload.ts";

export const spawn = action({
  parse: (payload) => parsePayload(SpawnInput, payload),
  check: ({ name, config }, { agents }) => {
    checkNewName(name, agents.names());
    if (config.role === "manager") {
      throw new HiveError("forbidden", `"${name}" cannot be a second manager`, {
        hint: "ask for an agent with the role agent",
      });
    }
  },
  run: async (payload, context) => {
    const { operation_id } = await context.lifecycle.spawn(context.actor, payload);
    await finished(operation_id, context);
  },
  // A spawn whose row was stored is finished by the lifecycle's own resume.
  isDone: ({ name }, { agents }) => agents.has(name),
});
