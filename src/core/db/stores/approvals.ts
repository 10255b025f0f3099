/** Rows of approvals. Raw statements with safe integers: an id is 64 bits wide. */
import type { SqlValue, Statement } from "../../../platform/sqlite.ts";
import type { ApprovalStatus } from "../../../wire/approvals.ts";
import type { Db } from "../db.ts";
import type { Tx } from "../tx.ts";
import { assertLive } from "../writer.ts";

export interface ApprovalRow {
  readonly id: bigint;
  readonly agent: string;
  readonly kind: string;
  readonly commit_ref: string;
  readonly fetched_sha: string | null;
  readonly description: string;
  readonly payload: string;
  readonly requested_at: number;
  readonly status: ApprovalStatus;
  readonly resolved_at: number | null;
  readonly resolved_by: string | null;
  readonly note: string | null;
  readonly operation_id: string | null;
  readonly settled: number;
}

export type NewApproval = Pick<
  ApprovalRow,
  "agent" | "kind" | "commit_ref" | "fetched_sha" | "description" | "payload" | "requested_at"
>;
export type ApprovalStore = ReturnType<typeof approvalStore>;

/** As SQLite gives it with safe integers: every number is a bigint. */
type Raw = { readonly [K in keyof ApprovalRow]: SqlValue };

const number = (value: SqlValue): number => Number(value);
const text = (value: SqlValue): string => String(value);
const orNull = <T>(value: SqlValue, read: (value: SqlValue) => T): T | null =>
  value === null ? null : read(value);

function toRow(raw: Raw): ApprovalRow {
  return {
    id: BigInt(text(raw.id)),
    agent: text(raw.agent),
    kind: text(raw.kind),
    commit_ref: text(raw.commit_ref),
    fetched_sha: orNull(raw.fetched_sha, text),
    description: text(raw.description),
    payload: text(raw.payload),
    requested_at: number(raw.requested_at),
    status: text(raw.status) as ApprovalStatus,
    resolved_at: orNull(raw.resolved_at, number),
    resolved_by: orNull(raw.resolved_by, text),
    note: orNull(raw.note, text),
    operation_id: orNull(raw.operation_id, text),
    settled: number(raw.settled),
  };
}

export function approvalStore({ sqlite }: Db) {
  const read = (sql: string): Statement<Raw> => sqlite.prepare<Raw>(sql, { safeIntegers: true });
  const insert = sqlite.prepare(
    `insert into approvals (agent, kind, commit_ref, fetched_sha, description, payload, requested_at, status, settled)
     values (?, ?, ?, ?, ?, ?, ?, 'pending', 1) returning id`,
    { safeIntegers: true },
  );
  const resolve = sqlite.prepare(
    `update approvals set status = ?, resolved_at = ?, resolved_by = ?, note = ?, operation_id = ?, settled = ?
     where id = ? and status = 'pending'`,
  );
  const settle = sqlite.prepare(
    "update approvals set status = ?, note = ?, settled = 1 where id = ? and status = 'approved' and settled = 0",
  );
  const mend = sqlite.prepare("update approvals set operation_id = ? where id = ? and settled = 0");
  const byId = read("select * from approvals where id = ?");
  const pending = read("select * from approvals where status = 'pending' order by id");
  const unsettled = read("select * from approvals where settled = 0 order by id");
  const newest = read("select * from approvals order by id desc limit ?");
  return {
    insert: (tx: Tx, row: NewApproval): bigint => {
      assertLive(tx);
      const made = insert.get(
        row.agent,
        row.kind,
        row.commit_ref,
        row.fetched_sha,
        row.description,
        row.payload,
        row.requested_at,
      );
      return BigInt(String(made?.["id"]));
    },
    /** Leaves `pending`, once: false when it had left it already. */
    resolve: (
      tx: Tx,
      id: bigint,
      to: Pick<ApprovalRow, "status" | "resolved_at" | "resolved_by" | "note" | "operation_id" | "settled">,
    ): boolean => {
      assertLive(tx);
      const { status, resolved_at, resolved_by, note, operation_id, settled } = to;
      return resolve.run(status, resolved_at, resolved_by, note, operation_id, settled, id).changes > 0;
    },
    /** The action of an approved one has ended, once. */
    settle: (tx: Tx, id: bigint, end: Pick<ApprovalRow, "status" | "note">): boolean => {
      assertLive(tx);
      return settle.run(end.status, end.note, id).changes > 0;
    },
    /** Its action was cut off: this operation finds out what became of it. */
    mend: (tx: Tx, id: bigint, operation_id: string): void => {
      assertLive(tx);
      mend.run(operation_id, id);
    },
    byId: (id: bigint): ApprovalRow | undefined => {
      const raw = byId.get(id);
      return raw === undefined ? undefined : toRow(raw);
    },
    /** Oldest first. */
    pending: (): ApprovalRow[] => pending.all().map(toRow),
    /** Approved, and their action did not end. */
    unsettled: (): ApprovalRow[] => unsettled.all().map(toRow),
    newest: (limit: number): ApprovalRow[] => newest.all(limit).map(toRow),
  };
}
