/**
 * Who changed what: an append-only list in which each row carries the hash of the one before it, so that a row
 * changed or taken out later shows. It proves order and content, not who held the database file.
 */
import { createHash } from "node:crypto";
import type { Db } from "../db/db.ts";
import { type AuditRow, auditStore } from "../db/stores/audit.ts";
import type { Actor, Audit } from "../services.ts";
import { canonicalJson } from "./canonical-json.ts";

export interface AuditLog extends Audit {
  /** Newest first. */
  list(limit: number): readonly AuditRow[];
  /** Walks the whole chain. */
  verify(): { readonly ok: true; readonly rows: number } | { readonly ok: false; readonly seq: number };
}

/** What the first row carries as the hash before it. */
const GENESIS = "0".repeat(64);
const PAGE = 1_000;

export function createAudit(db: Db): AuditLog {
  const store = auditStore(db);
  return {
    append: (tx, { actor, action, target, detail = {} }) => {
      const entry = {
        at: db.clock.now(),
        ...describe(actor),
        action,
        target: target ?? null,
        detail: canonicalJson(detail),
        previous: store.lastHash() ?? GENESIS,
      };
      store.insert(tx, { ...entry, hash: hashOf(entry) });
    },
    list: (limit) => store.newest(limit),
    verify: () => {
      let previous = GENESIS;
      let seq = 0;
      for (let rows = 0; ; ) {
        const page = store.after(seq, PAGE);
        for (const row of page) {
          if (row.seq !== seq + 1 || row.previous !== previous || row.hash !== hashOf(row)) {
            return { ok: false, seq: row.seq };
          }
          previous = row.hash;
          seq = row.seq;
          rows += 1;
        }
        if (page.length < PAGE) return { ok: true, rows };
      }
    },
  };
}

function describe(actor: Actor): Pick<AuditRow, "actor_kind" | "actor" | "via"> {
  switch (actor.kind) {
    case "operator":
      return { actor_kind: "operator", actor: actor.who, via: actor.via };
    case "agent":
      return { actor_kind: "agent", actor: actor.name, via: null };
    case "system":
      return { actor_kind: "system", actor: actor.part, via: null };
  }
}

function hashOf({
  at,
  actor_kind,
  actor,
  via,
  action,
  target,
  detail,
  previous,
}: Omit<AuditRow, "seq" | "hash">): string {
  const content = canonicalJson({ at, actor_kind, actor, via, action, target, detail });
  return createHash("sha256").update(previous).update(content).digest("hex");
}
