/** Handlers of the operations' endpoints. */
import type { Handlers } from "../../../wire/endpoint.ts";
import type { operationEndpoints } from "../../../wire/operations.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";

export function operationRoutes({
  operations,
}: OperatorServices): Handlers<typeof operationEndpoints, OperatorContext> {
  return {
    operations: ({ limit }) => ({ operations: operations.list(limit) }),
    operation: ({ id }) => ({ operation: operations.get(id) }),
    watchOperation: async function* ({ id }, { signal }) {
      for await (const operation of operations.watch(id, signal)) yield { operation };
    },
  };
}
