import type { Approval } from "../../../src/wire/approvals.ts";

/** What the model is told of a request. */
export function waitsForOperator({ id, status }: Approval): string {
  if (status !== "pending") return `request ${id} is ${status}`;
  return `request ${id} waits for the operator; you will be told the decision by a message`;
}
