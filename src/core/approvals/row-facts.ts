/** What a stored request says of itself, in the words of errors and messages. */
import { deciderWords } from "../../wire/decider.ts";
import { HiveError } from "../../wire/errors.ts";
import type { ApprovalRow } from "../db/stores/approvals.ts";

export function alreadyDecided(row: ApprovalRow): HiveError {
  const by = row.resolved_by === null ? "" : `, by ${deciderWords(row.resolved_by)}`;
  return new HiveError("conflict", `approval "${row.id}" is ${row.status} already${by}`, {
    hint: "hivectl pending",
  });
}

/** The agent an operation is about, for its row. */
export function targetOf(row: ApprovalRow): string | undefined {
  const payload: unknown = JSON.parse(row.payload);
  if (typeof payload !== "object" || payload === null) return undefined;
  if ("name" in payload && typeof payload.name === "string") return payload.name;
  return "agent" in payload && typeof payload.agent === "string" ? payload.agent : undefined;
}

export function withNote(text: string, note: string | null | undefined): string {
  return note === null || note === undefined || note === "" ? text : `${text} (note: ${note})`;
}
