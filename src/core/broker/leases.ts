/**
 * Leases, as steps inside a transaction: give out, give out again, join, return, end. Who waits for what, and
 * when, is not decided here (broker.ts, waiters.ts).
 *
 * One live lease for each agent. Its id and its messages stay the same until the turn that read them has ended
 * well; `attempt` counts how often it was given out.
 */
import { BODY_MAX_BYTES } from "../../wire/ids.ts";
import type { Lease } from "../../wire/link.ts";
import type { LeaseRow } from "../db/stores/leases.ts";
import { isoTime, type MessageRow, type Size, toMessage } from "../db/stores/messages.ts";
import type { Tx } from "../db/tx.ts";
import type { BrokerContext } from "./context.ts";

/** A batch is one prompt: as much as the largest single message may be. */
const BATCH_MAX_BYTES = BODY_MAX_BYTES;
/** A lease with all that joined it is one frame of the link when it is given out again. */
const LEASE_MAX_BYTES = 16 * BODY_MAX_BYTES;
const LEASE_MAX_MESSAGES = 500;
/** Side effects named in a prompt. A repeat of one that is not named does nothing all the same. */
const DONE_SHOWN = 100;

export interface Taker {
  readonly agent: string;
  readonly boot_id: string;
  readonly max: number;
}

/** The batch that waits to be given out again, else a new one; undefined when there is nothing to do. */
export function openLease(context: BrokerContext, tx: Tx, taker: Taker): Lease | undefined {
  const live = context.leases.live(taker.agent);
  return live === undefined ? openNew(context, tx, taker) : reopen(context, tx, { live, taker });
}

function openNew(context: BrokerContext, tx: Tx, { agent, boot_id, max }: Taker): Lease | undefined {
  const now = context.clock.now();
  const rows = upToBytes(context.messages.waiting(agent, now, max), BATCH_MAX_BYTES);
  if (rows.length === 0) return undefined;
  const lease: LeaseRow = {
    id: context.ids(),
    agent,
    boot_id,
    state: "open",
    attempt: 1,
    errors: 0,
    reason: null,
    outcome: null,
    not_before: null,
    opened_at: now,
    ended_at: null,
  };
  context.leases.insert(tx, lease);
  const given = rows.map((row, at) =>
    give(context, tx, { ...row, lease_id: lease.id, lease_pos: at, joined: 0 }),
  );
  return toLease(context, lease, given);
}

interface Reopening {
  readonly live: LeaseRow;
  readonly taker: Taker;
}

function reopen(context: BrokerContext, tx: Tx, { live, taker }: Reopening): Lease | undefined {
  const now = context.clock.now();
  if (live.not_before !== null && live.not_before > now) return undefined;
  const rows = releaseUnread(context, tx, context.messages.ofLease(live.id));
  if (rows.length === 0) {
    endLease(context, tx, { ...live, state: "done", reason: "its messages were dropped" });
    return openNew(context, tx, taker);
  }
  const lease: LeaseRow = {
    ...live,
    state: "open",
    boot_id: taker.boot_id,
    attempt: live.attempt + 1,
    outcome: null,
    not_before: null,
    reason: null,
    opened_at: now,
  };
  context.leases.save(tx, lease);
  const given = rows.map((row) => give(context, tx, { ...row, redelivered: row.redelivered + 1, joined: 0 }));
  return toLease(context, lease, given);
}

/**
 * What joined and was never read leaves the lease: the turn may have ended without it, which only its harness
 * knows, and such a lease is finished without running again.
 */
function releaseUnread(context: BrokerContext, tx: Tx, rows: readonly MessageRow[]): MessageRow[] {
  for (const row of rows.filter(isUnseen)) context.save(tx, { ...row, ...FREE, ...WAITING });
  return rows.filter((row) => !isUnseen(row));
}

const FREE = { lease_id: null, lease_pos: null, joined: 0 } as const;
const WAITING = { state: "queued", delivered_at: null, read_at: null } as const;

function isUnseen(row: MessageRow): boolean {
  return row.joined !== 0 && row.read_at === null;
}

function give(context: BrokerContext, tx: Tx, row: MessageRow): MessageRow {
  const given: MessageRow = {
    ...row,
    state: "delivered",
    reason: null,
    delivered_at: context.clock.now(),
    read_at: null,
  };
  context.save(tx, given);
  return given;
}

function toLease({ effects }: BrokerContext, lease: LeaseRow, rows: readonly MessageRow[]): Lease {
  const done = lease.attempt === 1 ? [] : effects.ofLease(lease.id);
  const shown = done.slice(-DONE_SHOWN).map(({ tool, summary, at }) => ({ tool, summary, at: isoTime(at) }));
  const hidden = done.length - shown.length;
  const [oldest] = shown;
  if (hidden > 0 && oldest !== undefined) {
    shown.unshift({ tool: "hive", summary: `${hidden} more before these`, at: oldest.at });
  }
  return { id: lease.id, attempt: lease.attempt, messages: rows.map(toMessage), already_done: shown };
}

/** The harness that had it came back in time: as if nothing had been. */
export function holdLease(context: BrokerContext, tx: Tx, lease: LeaseRow): void {
  if (lease.state === "open") return;
  context.leases.save(tx, { ...lease, state: "open", reason: null, outcome: null, not_before: null });
  for (const row of context.messages.ofLease(lease.id)) {
    const state = row.read_at === null ? "delivered" : "read";
    context.save(tx, { ...row, state, reason: null, delivered_at: context.clock.now() });
  }
}

/** A push may have been lost with the connection: said again. A harness knows messages by their ids. */
export function pushAgain(context: BrokerContext, tx: Tx, lease: LeaseRow): void {
  const rows = context.messages.ofLease(lease.id).filter((row) => row.joined === PUSHED && isUnseen(row));
  if (rows.length > 0) context.joinedLater(tx, { agent: lease.agent, lease_id: lease.id, rows });
}

export interface Return {
  readonly lease: LeaseRow;
  readonly reason: string;
  /** How the harness said its turn ended; absent when it said nothing. */
  readonly outcome?: string;
  readonly notBefore?: number | undefined;
}

/** Its messages wait again, in order, as the same batch. */
export function returnLease(
  context: BrokerContext,
  tx: Tx,
  { lease, reason, outcome, notBefore }: Return,
): void {
  context.leases.save(tx, {
    ...lease,
    state: "returned",
    reason,
    outcome: outcome ?? null,
    not_before: notBefore ?? null,
  });
  for (const row of context.messages.ofLease(lease.id)) {
    // `read_at` stays: if its harness comes back, what it read is read.
    context.save(tx, { ...row, state: "queued", reason, delivered_at: null });
  }
  context.wakeLater(tx, lease.agent);
}

/** How much may still join, so that whoever fills an inbox cannot make its owner's next frame undeliverable. */
export function roomIn({ messages }: BrokerContext, lease: LeaseRow): Size {
  const { n, bytes } = messages.sizeOfLease(lease.id);
  return { n: LEASE_MAX_MESSAGES - n, bytes: LEASE_MAX_BYTES - bytes };
}

export function fits(size: Size, room: Size): boolean {
  return size.n <= room.n && size.bytes <= room.bytes;
}

/** The oldest that stay below the bound together; the first in any case. */
function upToBytes(rows: readonly MessageRow[], most: number): MessageRow[] {
  let bytes = 0;
  const end = rows.findIndex((row, at) => {
    bytes += Buffer.byteLength(row.body);
    return at > 0 && bytes > most;
  });
  return end === -1 ? [...rows] : rows.slice(0, end);
}

/** What has come since, as far as there is room. */
export function waitingFor(context: BrokerContext, lease: LeaseRow, max: number): MessageRow[] {
  const room = roomIn(context, lease);
  const most = Math.min(max, room.n);
  if (most <= 0 || room.bytes < BATCH_MAX_BYTES) return [];
  return upToBytes(context.messages.waiting(lease.agent, context.clock.now(), most), BATCH_MAX_BYTES);
}

/** How a message came into a running lease: its harness asked for it, or it was pushed. */
const ASKED = 1;
const PUSHED = 2;

export interface Joining {
  readonly lease: LeaseRow;
  readonly rows: readonly MessageRow[];
  readonly pushed?: boolean;
}

/** Adds messages to the running lease, in the order given. They count as handled only when they were read. */
export function joinLease(context: BrokerContext, tx: Tx, { lease, rows, pushed }: Joining): MessageRow[] {
  const joined = pushed === true ? PUSHED : ASKED;
  const last = context.messages.ofLease(lease.id).at(-1)?.lease_pos ?? -1;
  return rows.map((row, at) =>
    give(context, tx, { ...row, lease_id: lease.id, lease_pos: last + 1 + at, joined }),
  );
}

/** Urgent messages go into the running turn, each after what its sender wrote before. */
export function joinUrgent(context: BrokerContext, tx: Tx, agent: string): void {
  const lease = context.leases.live(agent);
  if (lease?.state !== "open") return;
  const now = context.clock.now();
  const { messages } = context;
  const rows: MessageRow[] = [];
  let room = roomIn(context, lease);
  for (const { sender, upTo } of messages.urgentWaiting(agent, now)) {
    const size = messages.sizeWaitingFrom(agent, sender, { now, upTo });
    // It waits for the next turn: leaving out what its sender wrote before would break the order.
    if (!fits(size, room)) continue;
    room = { n: room.n - size.n, bytes: room.bytes - size.bytes };
    rows.push(...messages.waitingFrom(agent, sender, { now, upTo }));
  }
  if (rows.length === 0) return;
  const joined = joinLease(context, tx, { lease, rows: rows.sort((a, b) => a.seq - b.seq), pushed: true });
  context.joinedLater(tx, { agent, lease_id: lease.id, rows: joined });
}

/** The turn ended: what claude took in is handled (or failed), what it never saw waits for the next turn. */
export function settleLease(
  context: BrokerContext,
  tx: Tx,
  end: {
    readonly lease: LeaseRow;
    readonly state: "done" | "failed";
    readonly outcome: string;
    readonly reason?: string;
  },
): MessageRow[] {
  const { lease, state, outcome, reason = null } = end;
  const now = context.clock.now();
  const settled: MessageRow[] = [];
  for (const row of context.messages.ofLease(lease.id)) {
    if (isUnseen(row)) {
      context.save(tx, { ...row, ...FREE, ...WAITING, reason: "the turn ended before it was read" });
      continue;
    }
    const ended: MessageRow =
      state === "done"
        ? { ...row, ...FREE, state: "handled", reason: null, read_at: row.read_at ?? now, handled_at: now }
        : { ...row, ...FREE, state: "failed", reason };
    context.save(tx, ended);
    settled.push(ended);
  }
  endLease(context, tx, { ...lease, state, outcome, reason });
  context.wakeLater(tx, lease.agent);
  return settled;
}

function endLease(context: BrokerContext, tx: Tx, lease: LeaseRow): void {
  context.leases.save(tx, { ...lease, not_before: null, ended_at: context.clock.now() });
}
