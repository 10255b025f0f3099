/** Handlers of the configurations' endpoints. */
import type { configEndpoints } from "../../../wire/config.ts";
import type { Handlers } from "../../../wire/endpoint.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";

export function configRoutes({
  agents,
  approvals,
  config,
}: OperatorServices): Handlers<typeof configEndpoints, OperatorContext> {
  return {
    configLog: async ({ name }) => {
      agents.get(name);
      const deployments = await config.log(name);
      const known = new Map(approvals.list(true).map((approval) => [approval.id, approval]));
      return {
        deployments: deployments.map((one) => {
          const { status, operation_id } = known.get(one.id) ?? {};
          return { ...one, status, operation_id };
        }),
      };
    },
    configShow: ({ name, ref }) => {
      agents.get(name);
      return config.show(name, ref);
    },
    configDiff: ({ name, from, to }) => {
      agents.get(name);
      return config.change(name, from, to);
    },
    configRollback: async ({ name, to }, { actor }) => {
      agents.get(name);
      const approval = await approvals.rollback(actor, { name, to });
      return { approval, operation_id: approval.operation_id ?? "" };
    },
  };
}
