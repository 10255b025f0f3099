/** Handlers of the approvals' endpoints. */
import type { approvalEndpoints } from "../../../wire/approvals.ts";
import type { Handlers } from "../../../wire/endpoint.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";

export function approvalRoutes({
  approvals,
}: OperatorServices): Handlers<typeof approvalEndpoints, OperatorContext> {
  return {
    pending: ({ all }) => ({ approvals: approvals.list(all) }),
    approve: async ({ id, note }, { actor }) => ({ approval: await approvals.approve(actor, id, note) }),
    deny: async ({ id, note }, { actor }) => ({ approval: await approvals.deny(actor, id, note) }),
  };
}
