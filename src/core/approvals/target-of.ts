import type { ApprovalRow } from "../db/stores/approvals.ts";

/** The agent an operation is about, for its row. */
export function targetOf(row: ApprovalRow): string | undefined {
  const payload: unknown = JSON.parse(row.payload);
  if (typeof payload !== "object" || payload === null) return undefined;
  if ("name" in payload && typeof payload.name === "string") return payload.name;
  return "agent" in payload && typeof payload.agent === "string" ? payload.agent : undefined;
}
