/** Approved inputs of the flake that builds agents on NixOS. Embedded backends have none, and say so when asked. */
import { UpdatePayload, UpdateRequest } from "../../config/meta-update.ts";
import { action } from "../action.ts";
import { parsePayload } from "./parse-payload.ts";

export const updateMetaInputs = action({
  parse: (payload) => parsePayload(UpdatePayload, payload),
  pin: async (payload, _actor, { meta }) => {
    const { inputs } = parsePayload(UpdateRequest, payload);
    const pinned = await meta.propose(inputs);
    return { payload: pinned, commit_ref: JSON.stringify(inputs), fetched_sha: pinned.lock };
  },
  // What the inputs are is asked of git: by the run itself, before it builds.
  check: () => {},
  run: (payload, context) => context.meta.run(payload, context),
  isDone: () => false,
  recover: (payload, context) => context.meta.recover(parsePayload(UpdatePayload, payload), context),
});
