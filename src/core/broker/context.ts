/** What the parts of the broker share: stores, the timeline, and who must be told after a commit. */
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../platform/log.ts";
import type { Db } from "../db/db.ts";
import { type EffectStore, effectStore, type LeaseStore, leaseStore } from "../db/stores/leases.ts";
import { type MessageRow, type MessageStore, messageStore, toMessage } from "../db/stores/messages.ts";
import type { Tx } from "../db/tx.ts";
import type { Timeline, Usage } from "../services.ts";
import type { Directory } from "./directory.ts";
import { createInboxLimit, type InboxLimit } from "./inbox-limit.ts";

export interface BrokerOptions {
  readonly db: Db;
  readonly timeline: Timeline;
  readonly usage: Pick<Usage, "record">;
  readonly directory: Directory;
  readonly clock: Clock;
  /** ULIDs that sort after all stored ones: `createIds`. */
  readonly ids: () => string;
  readonly log: Logger;
  /** How long open leases wait for their harness after a start of the daemon, milliseconds; 30,000 when absent. */
  readonly bootGraceMs?: number;
  /** Waits before a batch is given out again after its turn failed, milliseconds; 1 s, then 4 s when absent. */
  readonly retryDelaysMs?: readonly number[];
}

export interface BrokerContext extends BrokerOptions {
  readonly messages: MessageStore;
  readonly leases: LeaseStore;
  readonly effects: EffectStore;
  readonly limit: InboxLimit;
  /** Stores a changed message and tells the timeline. */
  save(tx: Tx, row: MessageRow): void;
  /** After the commit: whoever waits for messages of this agent looks again. */
  wakeLater(tx: Tx, agent: string): void;
  /** After the commit: messages joined the open lease. */
  joinedLater(tx: Tx, joined: Joined): void;
}

/** Urgent messages that joined a running lease. */
export interface Joined {
  readonly agent: string;
  readonly lease_id: string;
  readonly rows: readonly MessageRow[];
}

export interface Bells {
  wake(agent: string): void;
  joined(joined: Joined): void;
}

export function brokerContext(options: BrokerOptions, bells: Bells): BrokerContext {
  const messages = messageStore(options.db);
  const limit = createInboxLimit(messages, options.directory.has);
  return {
    ...options,
    messages,
    leases: leaseStore(options.db),
    effects: effectStore(options.db),
    limit,
    save: (tx, row) => {
      messages.save(tx, row);
      limit.changed(row.recipient);
      options.timeline.append(tx, { type: "message", message: toMessage(row) });
    },
    wakeLater: (tx, agent) => tx.afterCommit(() => bells.wake(agent)),
    joinedLater: (tx, joined) => tx.afterCommit(() => bells.joined(joined)),
  };
}
