/**
 * Durable messages: stored before they are acknowledged, leased to harnesses, handled when a turn ended well.
 * The story is DESIGN §5; the steps are in the files beside this one, which puts them together.
 */
import { HiveError } from "../../wire/errors.ts";
import type { Message } from "../../wire/messages.ts";
import { toMessage } from "../db/stores/messages.ts";
import type { Tx } from "../db/tx.ts";
import type { Broker } from "../services.ts";
import { type BrokerContext, type BrokerOptions, brokerContext, type Joined } from "./context.ts";
import { once } from "./effects.ts";
import { createEnqueue } from "./enqueue.ts";
import { createFinish, leaseOf } from "./finish.ts";
import { fits, holdLease, joinLease, openLease, roomIn, waitingFor } from "./leases.ts";
import { createPresence } from "./presence.ts";
import { createSearch } from "./search.ts";
import { createSend } from "./send.ts";
import { createSweeper } from "./sweeper.ts";
import { createWaiters } from "./waiters.ts";

export interface UrgentJoined {
  readonly agent: string;
  readonly lease_id: string;
  readonly messages: Message[];
}

export interface HiveBroker extends Broker {
  /** Messages joined a running turn: push them to the harness. */
  onUrgent(listener: (joined: UrgentJoined) => void): () => void;
  /** Throws `limit` when the inbox, or the sender's part of it, is full; before an `enqueue` for an agent. */
  admit(tx: Tx, from: string, to: string): void;
  /** False when the inbox is full; for messages that can come later. */
  hasRoom(to: string): boolean;
  /**
   * Takes a message that waits for `agent` into its running lease, after older ones of the same sender; the same
   * again for one that is in it already. Empty when it was given out otherwise.
   */
  takeInto(tx: Tx, agent: string, pick: { lease_id: string; message_id: string }): Message[];
  /** The agent is gone for good: what waited for it has failed, and its senders are told. */
  drop(agent: string, reason: string): Promise<void>;
}

export function createBroker(options: BrokerOptions): HiveBroker {
  const listeners = new Set<(joined: UrgentJoined) => void>();
  let gate: (agent: string) => string | undefined = () => undefined;

  const context: BrokerContext = brokerContext(options, {
    wake: (agent) => waiters.wake(agent),
    joined: ({ agent, lease_id, rows }: Joined) => {
      for (const listener of listeners) listener({ agent, lease_id, messages: rows.map(toMessage) });
    },
  });
  const { db, leases, messages } = context;
  const write = db.writer.write;

  const waiters = createWaiters({
    ready: (agent) => gate(agent) === undefined && hasWork(context, agent),
    open: (agent, { boot_id, max, signal }) =>
      write((tx) => (signal.aborted ? undefined : openLease(context, tx, { agent, boot_id, max })), {
        essential: true,
      }),
  });
  const sweeper = createSweeper(context, { wake: waiters.wake, index: () => search.catchUp() });
  const enqueue = createEnqueue(context, { onTimed: sweeper.poke });
  const finish = createFinish(context, enqueue);
  const presence = createPresence(context);
  const search = createSearch(context);

  return {
    send: createSend(context, enqueue),
    enqueue: (tx, message) => toMessage(enqueue(tx, message)),
    list: (input) => listMessages(context, input),
    get: (id) => toMessage(rowOf(context, id)),
    search: search.search,
    history: search.history,
    acknowledge: async (actor, ids) => {
      if (actor.kind === "agent") {
        throw new HiveError("forbidden", "only the operator acknowledges the operator's messages");
      }
      return write((tx) => acknowledge(context, tx, ids), { essential: true });
    },
    counts: (agent) => ({ queued: messages.countQueued(agent), in_turn: leases.countInTurn(agent) }),
    lease: (agent, wait) => waiters.wait(agent, wait),
    leaseMore: (agent, lease_id, max) =>
      write(
        (tx) => {
          const lease = runningLease(context, tx, { agent, lease_id });
          const rows = waitingFor(context, lease, max);
          return joinLease(context, tx, { lease, rows }).map(toMessage);
        },
        { essential: true },
      ),
    read: (agent, lease_id, ids) =>
      write((tx) => markRead(context, tx, { agent, lease_id, ids }), { essential: true }),
    finish: async (agent, input) => {
      await write((tx) => finish(tx, agent, input), { essential: true });
      sweeper.poke();
    },
    attach: presence.attach,
    detach: presence.detach,
    release: presence.release,
    once: (effect, act) => once(context, effect, act),
    setGate: (given) => {
      gate = given;
    },
    wake: waiters.wake,
    start: (signal) => {
      presence.start(signal);
      sweeper.start(signal);
    },
    onUrgent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    admit: context.limit.take,
    hasRoom: context.limit.hasRoom,
    takeInto: (tx, agent, pick) => takeInto(context, tx, { agent, ...pick }),
    drop: (agent, reason) =>
      write((tx) => drop(context, tx, { agent, reason, enqueue }), { essential: true }),
  };
}

function hasWork({ clock, leases, messages }: BrokerContext, agent: string): boolean {
  const live = leases.live(agent);
  if (live !== undefined) return live.not_before === null || live.not_before <= clock.now();
  return messages.waiting(agent, clock.now(), 1).length > 0;
}

function rowOf({ messages }: BrokerContext, id: string) {
  const row = messages.byId(id);
  if (row !== undefined) return row;
  throw new HiveError("not_found", `there is no message "${id}"`, { hint: "hivectl message list" });
}

function listMessages(
  context: BrokerContext,
  input: Parameters<Broker["list"]>[0],
): ReturnType<Broker["list"]> {
  const { before, limit, ...filter } = input;
  const beforeSeq = before === undefined ? undefined : rowOf(context, before).seq;
  const rows = context.messages.list({ ...filter, beforeSeq, limit: limit + 1 });
  return { messages: rows.slice(0, limit).map(toMessage), more: rows.length > limit };
}

function acknowledge(context: BrokerContext, tx: Tx, ids: readonly string[]): number {
  const now = context.clock.now();
  let count = 0;
  for (const id of new Set(ids)) {
    const row = rowOf(context, id);
    if (row.recipient !== "operator") {
      throw new HiveError("invalid", `message "${id}" is for "${row.recipient}", not for the operator`);
    }
    if (row.state === "handled") continue;
    const times = { delivered_at: row.delivered_at ?? now, read_at: row.read_at ?? now, handled_at: now };
    context.save(tx, { ...row, ...times, state: "handled" });
    count += 1;
  }
  return count;
}

interface LeaseRef {
  readonly agent: string;
  readonly lease_id: string;
}

/** The agent's harness speaks of it, so it is alive: a lease returned meanwhile is held again. */
function runningLease(context: BrokerContext, tx: Tx, { agent, lease_id }: LeaseRef) {
  const lease = leaseOf(context, agent, lease_id);
  if (lease.state === "open" || (lease.state === "returned" && lease.outcome === null)) {
    holdLease(context, tx, lease);
    return { ...lease, state: "open" as const };
  }
  throw new HiveError("conflict", `the lease "${lease_id}" has ended`, { hint: "take a new lease" });
}

function markRead(
  context: BrokerContext,
  tx: Tx,
  said: LeaseRef & { readonly ids: readonly string[] },
): void {
  const { state } = leaseOf(context, said.agent, said.lease_id);
  if (state === "done" || state === "failed") return;
  runningLease(context, tx, said);
  const ids = new Set(said.ids);
  for (const row of context.messages.ofLease(said.lease_id)) {
    if (row.state !== "delivered" || !ids.has(row.id)) continue;
    context.save(tx, { ...row, state: "read", read_at: context.clock.now() });
  }
}

function takeInto(
  context: BrokerContext,
  tx: Tx,
  pick: LeaseRef & { readonly message_id: string },
): Message[] {
  const { messages, clock } = context;
  const row = messages.byId(pick.message_id);
  if (row === undefined || row.recipient !== pick.agent) return [];
  const lease = runningLease(context, tx, pick);
  const current = messages.byId(pick.message_id) ?? row;
  if (current.lease_id === lease.id) return [toMessage(current)];
  if (current.state !== "queued" || current.lease_id !== null) return [];
  const range = { now: clock.now(), upTo: current.seq };
  const size = messages.sizeWaitingFrom(pick.agent, current.sender, range);
  if (!fits(size, roomIn(context, lease))) return [];
  const rows = messages.waitingFrom(pick.agent, current.sender, range);
  return joinLease(context, tx, { lease, rows }).map(toMessage);
}

interface Drop {
  readonly agent: string;
  readonly reason: string;
  readonly enqueue: ReturnType<typeof createEnqueue>;
}

function drop(context: BrokerContext, tx: Tx, { agent, reason, enqueue }: Drop): void {
  const live = context.leases.live(agent);
  const now = context.clock.now();
  const out = live === undefined ? [] : context.messages.ofLease(live.id);
  const rows = new Map([...out, ...context.messages.queuedFor(agent)].map((row) => [row.seq, row]));
  const lost = new Map<string, number>();
  for (const row of rows.values()) {
    context.save(tx, { ...row, state: "failed", reason, lease_id: null, lease_pos: null, joined: 0 });
    lost.set(row.sender, (lost.get(row.sender) ?? 0) + 1);
  }
  if (live !== undefined) context.leases.save(tx, { ...live, state: "failed", reason, ended_at: now });
  for (const [sender, count] of lost) {
    if (sender !== "operator" && !context.directory.has(sender)) continue;
    if (sender === agent) continue;
    const body = `${count} of your messages to "${agent}" were not handled: ${reason}`;
    enqueue(tx, { from: "system", to: sender, body, origin: "system" });
  }
}
