/** An approved commit of an agent's configuration. What is carried out was pinned when it was asked for. */

import { HiveError } from "../../../wire/errors.ts";
import { CommitPayload, CommitRequest } from "../../config/payload.ts";
import { action } from "../action.ts";
import { parsePayload } from "./parse-payload.ts";

export const mergeConfigPr = action({
  parse: (payload) => parsePayload(CommitPayload, payload),
  mayAsk: (actor, payload) => actor.manager || parsePayload(CommitRequest, payload).agent === actor.name,
  pin: async (payload, actor, { agents, config }) => {
    const request = parsePayload(CommitRequest, payload);
    mustExist(agents, request.agent);
    const pinned = await config.propose(actor, request);
    return { payload: pinned, commit_ref: request.commit, fetched_sha: pinned.sha };
  },
  check: (payload, { agents, config }) => {
    mustExist(agents, payload.agent);
    config.mustBeCurrent(payload);
  },
  remember: (id, payload, { config }) =>
    config.remember({ id, payload: parsePayload(CommitPayload, payload) }),
  run: (payload, context) => context.config.deploy({ id: context.id, payload }, context),
  isDone: () => false,
  recover: (payload, context) =>
    context.config.recover({ id: context.id, payload: parsePayload(CommitPayload, payload) }, context),
});

function mustExist(agents: { has(name: string): boolean }, agent: string): void {
  if (agents.has(agent)) return;
  throw new HiveError("not_found", `agent "${agent}" is not managed by this hive`, {
    hint: "hivectl agent list",
  });
}
