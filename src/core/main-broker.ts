/** Builds what stores and moves messages: database, timeline, audit, usage, broker and its services. */
import { createAudit } from "./audit/audit.ts";
import { createBroker, type HiveBroker } from "./broker/broker.ts";
import type { Directory } from "./broker/directory.ts";
import { createIds } from "./broker/ids.ts";
import { createQuestions, type HiveQuestions } from "./broker/questions.ts";
import { createReminders } from "./broker/reminders.ts";
import { createSchedules, type HiveSchedules } from "./broker/schedules.ts";
import type { Db } from "./db/db.ts";
import { openDb } from "./db/open.ts";
import { createTimeline } from "./events/timeline.ts";
import type { HiveOptions } from "./main-given.ts";
import { databasePath } from "./main-state-dir.ts";
import type { Agents, Audit, Reminders, Timeline, Usage } from "./services.ts";
import { createUsage } from "./usage/usage.ts";

export interface BrokerParts {
  readonly db: Db;
  readonly ids: () => string;
  readonly audit: Audit;
  readonly timeline: Timeline;
  readonly usage: Usage;
  readonly directory: Directory;
  readonly broker: HiveBroker;
  readonly questions: HiveQuestions;
  readonly reminders: Reminders;
  readonly schedules: HiveSchedules;
}

export interface BrokerPartsOptions extends HiveOptions {
  /** Built later, from these parts; asked only once it runs. */
  readonly agents: () => Agents;
}

export function createBrokerParts({ settings, clock, log, agents }: BrokerPartsOptions): BrokerParts {
  const db = openDb({ path: databasePath(settings.state_dir), clock, log });
  const ids = createIds(db);
  const audit = createAudit(db);
  const timeline = createTimeline({
    db,
    keep: settings.limits.timeline_events,
    onListenerError: (error) => log.error({ error }, "a listener of the timeline failed"),
  });
  const usage = createUsage(db);
  const directory = directoryOf(agents);
  const bootGraceMs = settings.limits.boot_grace_seconds * 1000;
  const broker = createBroker({ db, timeline, usage, directory, clock, ids, log, bootGraceMs });
  const shared = { db, broker, timeline, audit, directory, clock, ids, log };
  return {
    ...shared,
    usage,
    questions: createQuestions(shared),
    reminders: createReminders(shared),
    schedules: createSchedules(shared),
  };
}

function directoryOf(agents: () => Agents): Directory {
  return {
    names: () => agents().names(),
    has: (name) => agents().has(name),
    allowedRecipients: (name) => agents().get(name).config.allowed_recipients,
    isManager: (name) => agents().get(name).config.role === "manager",
  };
}
