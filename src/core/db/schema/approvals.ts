/** Requests that wait for the operator, and what became of them. Never deleted. */
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const approvals = sqliteTable(
  "approvals",
  {
    /** Signed 64-bit; read it with `safeIntegers`. */
    id: integer("id").primaryKey({ autoIncrement: true }),
    agent: text("agent").notNull(),
    kind: text("kind").notNull(),
    commit_ref: text("commit_ref").notNull(),
    fetched_sha: text("fetched_sha"),
    description: text("description").notNull(),
    /** JSON, as it was asked for. */
    payload: text("payload").notNull(),
    requested_at: integer("requested_at").notNull(),
    status: text("status", { enum: ["pending", "approved", "denied", "failed", "cancelled"] }).notNull(),
    resolved_at: integer("resolved_at"),
    /** Null where nobody decided: it failed by itself. */
    resolved_by: text("resolved_by"),
    note: text("note"),
    operation_id: text("operation_id"),
    /** 1 once its action ended, well or not: what is approved and 0 after a crash was cut off. */
    settled: integer("settled").notNull(),
  },
  (t) => [index("approvals_open").on(t.id).where(sql`status = 'pending' or settled = 0`)],
);
