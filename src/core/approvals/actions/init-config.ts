/** An approved repository for an agent's configuration. */

import { HiveError } from "../../../wire/errors.ts";
import { InitPayload } from "../../config/payload.ts";
import { action } from "../action.ts";
import { parsePayload } from "./parse-payload.ts";

export const initConfig = action({
  parse: (payload) => parsePayload(InitPayload, payload),
  mayAsk: (actor, payload) => actor.manager || parsePayload(InitPayload, payload).agent === actor.name,
  check: ({ agent }, { agents }) => {
    if (agents.has(agent)) return;
    throw new HiveError("not_found", `agent "${agent}" is not managed by this hive`, {
      hint: "hivectl agent list",
    });
  },
  run: (payload, context) =>
    context.config.init({ id: context.id, payload, writer: context.actor.name }, context),
  isDone: () => false,
  recover: (payload, { id, config }) =>
    config.recoverInit({ id, payload: parsePayload(InitPayload, payload) }),
});
