/** Who changed what: append-only, each row carrying the hash of the one before it. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const audit = sqliteTable("audit", {
  seq: integer("seq").primaryKey({ autoIncrement: true }),
  at: integer("at").notNull(),
  actor_kind: text("actor_kind", { enum: ["operator", "agent", "system"] }).notNull(),
  /** Login or socket of an operator, name of an agent, part of the daemon. */
  actor: text("actor").notNull(),
  /** `host`, `http` or `page` for an operator. */
  via: text("via"),
  action: text("action").notNull(),
  target: text("target"),
  /** Canonical JSON. */
  detail: text("detail").notNull(),
  previous: text("previous").notNull(),
  hash: text("hash").notNull(),
});
