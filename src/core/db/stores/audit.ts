/** Rows of the audit: appended and read, never changed. */
import type { Db } from "../db.ts";
import type { audit } from "../schema/audit.ts";
import type { Tx } from "../tx.ts";

export type AuditRow = typeof audit.$inferSelect;
export type AuditStore = ReturnType<typeof auditStore>;

export function auditStore({ sqlite }: Db) {
  const insert = sqlite.prepare(
    "insert into audit (at, actor_kind, actor, via, action, target, detail, previous, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const last = sqlite.prepare<{ hash: string }>("select hash from audit order by seq desc limit 1");
  const newest = sqlite.prepare("select * from audit order by seq desc limit ?");
  const after = sqlite.prepare("select * from audit where seq > ? order by seq limit ?");
  return {
    insert: (_tx: Tx, row: Omit<AuditRow, "seq">): void => {
      const { at, actor_kind, actor, via, action, target, detail, previous, hash } = row;
      insert.run(at, actor_kind, actor, via, action, target, detail, previous, hash);
    },
    lastHash: () => last.get()?.hash,
    newest: (limit: number) => newest.all(limit) as unknown as AuditRow[],
    after: (seq: number, limit: number) => after.all(seq, limit) as unknown as AuditRow[],
  };
}
