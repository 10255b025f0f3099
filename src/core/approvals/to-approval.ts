/** An approval as it crosses the wire. */
import { z } from "zod";
import type { Approval } from "../../wire/approvals.ts";
import type { ApprovalRow } from "../db/stores/approvals.ts";

const Payload = z.record(z.string(), z.unknown());

export function toApproval(row: ApprovalRow): Approval {
  return {
    id: row.id,
    agent: row.agent,
    kind: row.kind,
    commit_ref: row.commit_ref,
    ...(row.fetched_sha === null ? {} : { fetched_sha: row.fetched_sha }),
    requested_at: new Date(row.requested_at).toISOString(),
    status: row.status,
    ...(row.resolved_at === null ? {} : { resolved_at: new Date(row.resolved_at).toISOString() }),
    ...(row.resolved_by === null ? {} : { resolved_by: row.resolved_by }),
    ...(row.note === null ? {} : { note: row.note }),
    description: row.description,
    payload: Payload.parse(JSON.parse(row.payload)),
    ...(row.operation_id === null ? {} : { operation_id: row.operation_id }),
  };
}
