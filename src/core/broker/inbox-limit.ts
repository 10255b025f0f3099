/**
 * An inbox holds 10,000 waiting messages, and one agent may fill a tenth of it, so that a flooding agent closes
 * it for nobody else. Counting is kept off the hot path: an upper bound in memory says when a real count is due.
 */
import { HiveError } from "../../wire/errors.ts";
import { INBOX_MAX } from "../../wire/ids.ts";
import { onRollback } from "../db/action.ts";
import type { MessageStore } from "../db/stores/messages.ts";
import type { Tx } from "../db/tx.ts";

export const PER_SENDER_MAX = INBOX_MAX / 10;

export interface InboxLimit {
  /** Throws `limit`; otherwise one more is counted. */
  take(tx: Tx, from: string, to: string): void;
  hasRoom(to: string): boolean;
  /** Messages left the inbox, or came back to it. */
  changed(to: string): void;
}

/** Never less than the truth; forgotten when a send was rolled back. */
interface Bound {
  atMost: number;
  /** Counted, and nothing was added since. */
  exact: boolean;
}

interface Inbox {
  readonly total: Bound;
  readonly senders: Map<string, Bound>;
}

export function createInboxLimit(store: MessageStore, isAgent: (name: string) => boolean): InboxLimit {
  const inboxes = new Map<string, Inbox>();

  const inboxOf = (to: string): Inbox => {
    const known = inboxes.get(to);
    if (known !== undefined) return known;
    const fresh: Inbox = { total: { atMost: store.countQueued(to), exact: true }, senders: new Map() };
    inboxes.set(to, fresh);
    return fresh;
  };

  const countFrom = (from: string, to: string): number =>
    // The operator's messages do not wait for delivery; what counts is what was not yet acknowledged.
    to === "operator" ? store.countForOperator(from) : store.countQueuedFrom(to, from);

  const boundFor = (inbox: Inbox, from: string, to: string): Bound => {
    const known = inbox.senders.get(from);
    if (known !== undefined) return known;
    const fresh: Bound = { atMost: countFrom(from, to), exact: true };
    inbox.senders.set(from, fresh);
    return fresh;
  };

  const hasRoom = (bound: Bound, max: number, count: () => number): boolean => {
    if (bound.atMost < max) return true;
    if (!bound.exact) {
      bound.atMost = count();
      bound.exact = true;
    }
    return bound.atMost < max;
  };

  const add = (bound: Bound): void => {
    bound.atMost += 1;
    bound.exact = false;
  };

  const full = (to: string, what: string): HiveError =>
    new HiveError("limit", `the inbox of "${to}" is full: ${what} wait`, {
      hint: to === "operator" ? "hivectl message list" : `hivectl agent status ${to}`,
    });

  return {
    take(tx, from, to) {
      const inbox = inboxOf(to);
      const max = to === "operator" ? INBOX_MAX : PER_SENDER_MAX;
      const sender = to === "operator" || isAgent(from) ? boundFor(inbox, from, to) : undefined;
      if (to !== "operator" && !hasRoom(inbox.total, INBOX_MAX, () => store.countQueued(to))) {
        throw full(to, `${INBOX_MAX} messages`);
      }
      if (sender !== undefined && !hasRoom(sender, max, () => countFrom(from, to))) {
        throw full(to, `${max} messages from "${from}"`);
      }
      onRollback(tx, () => inboxes.delete(to));
      add(inbox.total);
      if (sender !== undefined) add(sender);
    },
    hasRoom: (to) => to === "operator" || hasRoom(inboxOf(to).total, INBOX_MAX, () => store.countQueued(to)),
    changed: (to) => void inboxes.delete(to),
  };
}
