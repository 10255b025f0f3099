/** The hive's one generator of ids: also after a restart with the clock set back, new ids sort after stored ones. */
import { secureRandom, ulid, ulidTime } from "../../lib/ids.ts";
import type { Db } from "../db/db.ts";
import { messageStore } from "../db/stores/messages.ts";

export function createIds(db: Db, random: () => number = secureRandom): () => string {
  const last = messageStore(db).lastId();
  const floor = last === undefined ? 0 : (ulidTime(last) ?? -1) + 1;
  return ulid({ now: () => Math.max(floor, db.clock.now()) }, random);
}
