/** Handlers of the usage endpoints. */
import type { Handlers } from "../../../wire/endpoint.ts";
import type { usageEndpoints } from "../../../wire/usage.ts";
import type { OperatorContext, OperatorServices } from "../operator-context.ts";

export function usageRoutes({ usage }: OperatorServices): Handlers<typeof usageEndpoints, OperatorContext> {
  return { usage: (input) => usage.list(input) };
}
