/** Handlers of the approvals' endpoints. */
import type { approvalEndpoints } from "../../../wire/approvals.ts";
import type { Handlers } from "../../../wire/endpoint.ts";
import { CommitPayload } from "../../config/payload.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";

export function approvalRoutes({
  approvals,
  config,
}: OperatorServices): Handlers<typeof approvalEndpoints, OperatorContext> {
  return {
    pending: ({ all }) => ({ approvals: approvals.list(all) }),
    approvalDiff: async ({ id }) => {
      const approval = approvals.get(id);
      const change = CommitPayload.safeParse(approval.payload);
      if (!change.success) return { approval, stat: "", diff: "" };
      const { agent, base_sha, sha } = change.data;
      return { approval, ...(await config.change(agent, base_sha, sha)) };
    },
    approve: async ({ id, note }, { actor }) => ({ approval: await approvals.approve(actor, id, note) }),
    deny: async ({ id, note }, { actor }) => ({ approval: await approvals.deny(actor, id, note) }),
  };
}
