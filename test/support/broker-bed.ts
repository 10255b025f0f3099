/** The daemon's storage and broker on a real file and a clock that moves when told: for tests of what they promise. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuditLog, createAudit } from "../../src/core/audit/audit.ts";
import { createBroker, type HiveBroker } from "../../src/core/broker/broker.ts";
import type { Directory } from "../../src/core/broker/directory.ts";
import { createIds } from "../../src/core/broker/ids.ts";
import { createQuestions, type HiveQuestions } from "../../src/core/broker/questions.ts";
import { createReminders } from "../../src/core/broker/reminders.ts";
import { createSchedules, type HiveSchedules } from "../../src/core/broker/schedules.ts";
import type { Db } from "../../src/core/db/db.ts";
import { openDb } from "../../src/core/db/open.ts";
import { createTimeline } from "../../src/core/events/timeline.ts";
import type { Actor, Reminders, Timeline, Usage } from "../../src/core/services.ts";
import { createUsage } from "../../src/core/usage/usage.ts";
import { type ManualClock, manualClock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/platform/log.ts";

export const OPERATOR: Actor = { kind: "operator", via: "host", who: "test" };

export function agentActor(name: string): Actor {
  return { kind: "agent", name, manager: name === "hm1nd" };
}

export interface BrokerBed {
  readonly path: string;
  readonly clock: ManualClock;
  readonly db: Db;
  readonly timeline: Timeline;
  readonly usage: Usage;
  readonly audit: AuditLog;
  readonly broker: HiveBroker;
  readonly questions: HiveQuestions;
  readonly reminders: Reminders;
  readonly schedules: HiveSchedules;
  readonly ids: () => string;
  /** Names of the hive's agents; change it as agents come and go. */
  readonly names: string[];
  /** Allowed recipients of those that are limited. */
  readonly allowed: Map<string, readonly string[]>;
  /** Starts the timers of all parts. */
  start(): void;
  /** The daemon ends (without a word to its harnesses) and another opens the same file. */
  restart(): BrokerBed;
  [Symbol.dispose](): void;
}

export interface BedOptions {
  readonly names?: readonly string[];
  readonly now?: number;
  readonly ballast?: number;
  readonly keep?: number;
  readonly retryDelaysMs?: readonly number[];
}

const NOW = Date.UTC(2026, 10, 23, 12);

export function brokerBed(options: BedOptions = {}): BrokerBed {
  return openBrokerAt(mkdtempSync(join(tmpdir(), "hive-broker-")), options);
}

/** In a directory of one's own, which disposing removes. */
export function openBrokerAt(dir: string, options: BedOptions = {}): BrokerBed {
  const clock = manualClock(options.now ?? NOW);
  const names = [...(options.names ?? ["hm1nd", "alice", "bob"])];
  return build({ ...options, dir, clock, names, allowed: new Map() });
}

interface Parts extends Omit<BedOptions, "names"> {
  readonly dir: string;
  readonly clock: ManualClock;
  readonly names: string[];
  readonly allowed: Map<string, readonly string[]>;
}

function build(parts: Parts): BrokerBed {
  const { dir, clock, names, allowed } = parts;
  const path = join(dir, "hive.sqlite");
  const db = openDb({ path, clock, ballast: parts.ballast ?? 0 });
  const timeline = createTimeline({ db, keep: parts.keep });
  const usage = createUsage(db);
  const audit = createAudit(db);
  const ids = createIds(db);
  const directory: Directory = {
    names: () => names,
    has: (name) => names.includes(name),
    allowedRecipients: (name) => allowed.get(name) ?? ["*"],
    isManager: (name) => name === "hm1nd",
  };
  const common = { db, timeline, audit, directory, clock, ids, log: silentLogger };
  const broker = createBroker({ ...common, usage, retryDelaysMs: parts.retryDelaysMs });
  const services = { ...common, broker };
  const questions = createQuestions(services);
  const reminders = createReminders(services);
  const schedules = createSchedules(services);
  const life = new AbortController();
  const end = (): void => {
    life.abort();
    db.close();
  };
  return {
    ...{
      path,
      clock,
      db,
      timeline,
      usage,
      audit,
      broker,
      questions,
      reminders,
      schedules,
      ids,
      names,
      allowed,
    },
    start: () => {
      for (const part of [db, broker, questions, reminders, schedules]) part.start(life.signal);
    },
    restart: () => {
      end();
      return build(parts);
    },
    [Symbol.dispose]: () => {
      end();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
