/** Login links and sessions: the statements behind `core/auth/login-store.ts`. */
import { and, desc, eq, gt, lte, sql } from "drizzle-orm";
import type { LoginStore } from "../../auth/login-store.ts";
import { type Orm, placeholders } from "../orm.ts";
import { loginLinks } from "../schema/login-links.ts";
import { sessions } from "../schema/sessions.ts";
import { assertLive } from "../writer.ts";

const SHOWN = {
  id: sessions.id,
  created_at: sessions.created_at,
  last_used_at: sessions.last_used_at,
  expires_at: sessions.expires_at,
  user_agent: sessions.user_agent,
};

export function createLoginStore(orm: Orm): LoginStore {
  const find = orm
    .select(SHOWN)
    .from(sessions)
    .where(and(eq(sessions.hash, sql.placeholder("hash")), gt(sessions.expires_at, sql.placeholder("now"))))
    .prepare();
  const addLink = orm.insert(loginLinks).values(placeholders(loginLinks)).prepare();
  const addSession = orm.insert(sessions).values(placeholders(sessions)).prepare();
  return {
    addLink: (tx, link) => {
      assertLive(tx);
      addLink.run({ ...link });
    },
    takeLink: (tx, hash, now) => {
      assertLive(tx);
      const taken = orm.delete(loginLinks).where(eq(loginLinks.hash, hash)).returning().get();
      return taken !== undefined && taken.expires_at > now;
    },
    addSession: (tx, session) => {
      assertLive(tx);
      addSession.run({ ...session });
    },
    findSession: (hash, now) => find.get({ hash, now }),
    touchSession: (tx, id, times) => {
      assertLive(tx);
      return (
        orm.update(sessions).set(times).where(eq(sessions.id, id)).returning({ id: sessions.id }).all()
          .length > 0
      );
    },
    removeSession: (tx, id) => {
      assertLive(tx);
      return orm.delete(sessions).where(eq(sessions.id, id)).returning({ id: sessions.id }).all().length > 0;
    },
    listSessions: (now) =>
      orm
        .select(SHOWN)
        .from(sessions)
        .where(gt(sessions.expires_at, now))
        .orderBy(desc(sessions.last_used_at))
        .all(),
    sweep: (tx, now) => {
      assertLive(tx);
      orm.delete(loginLinks).where(lte(loginLinks.expires_at, now)).run();
      orm.delete(sessions).where(lte(sessions.expires_at, now)).run();
    },
  };
}
