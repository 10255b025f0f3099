/** What questions, reminders and schedules are built from. */
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../platform/log.ts";
import type { Db } from "../db/db.ts";
import type { Audit, Timeline } from "../services.ts";
import type { HiveBroker } from "./broker.ts";
import type { Directory } from "./directory.ts";

export interface BrokerServiceOptions {
  readonly db: Db;
  readonly broker: HiveBroker;
  readonly timeline: Timeline;
  readonly audit: Audit;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly ids: () => string;
  readonly log: Logger;
}
