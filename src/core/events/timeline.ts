/**
 * The one ordered, stored, bounded list of what happened. Watchers are never buffered for: each holds a place in
 * the list and reads on from it, out of memory when it is near the end and out of the table when it is slow.
 */

import { type HiveEvent, HiveEventData } from "../../wire/events.ts";
import { parseJson, stringifyJson } from "../../wire/json.ts";
import type { Db } from "../db/db.ts";
import { type EventRow, eventStore } from "../db/stores/events.ts";
import { isoTime, type MessageStore, messageStore, toMessage } from "../db/stores/messages.ts";
import type { Tx } from "../db/tx.ts";
import type { Timeline } from "../services.ts";
import { cutBody } from "./cut-body.ts";

export interface TimelineOptions {
  readonly db: Db;
  /** Newest events that stay; 50,000 when absent. */
  readonly keep?: number;
  /** A listener threw: a defect that must not touch the others. */
  readonly onListenerError?: (error: unknown) => void;
}

const KEPT = 50_000;
/** Pruned in steps: one delete for many inserts. */
const PRUNE_EVERY = 1_000;
/** Events that stay in memory for watchers near the end. */
const RECENT = 1_024;
/** Read at once by a watcher that lags. */
const PAGE = 256;

export function createTimeline({ db, keep = KEPT, onListenerError = () => {} }: TimelineOptions): Timeline {
  const store = eventStore(db);
  const messages = messageStore(db);
  const recent = createRecent();
  const bell = createBell();
  const listeners = new Set<(event: HiveEvent) => void>();
  let last = store.last();
  let first = store.first();

  const publish = (event: HiveEvent): void => {
    last = event.seq;
    first ??= event.seq;
    recent.add(event);
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        onListenerError(error);
      }
    }
    bell.ring();
  };

  const prune = (tx: Tx, upTo: number): void => {
    if (upTo <= 0) return;
    store.prune(tx, upTo);
    tx.afterCommit(() => {
      first = upTo + 1;
    });
  };

  const append = (tx: Tx, data: HiveEventData): void => {
    const kept = cutBody(data);
    const at = db.clock.now();
    const seq = store.insert(tx, at, write(kept));
    if (seq % PRUNE_EVERY === 0) prune(tx, seq - keep);
    tx.afterCommit(() => publish({ seq, at: isoTime(at), data: kept }));
  };

  /** The next events after `seq`, at most a page. */
  const readAfter = (seq: number): readonly HiveEvent[] =>
    recent.after(seq, last) ?? store.after(seq, PAGE).map((row) => read(row, messages));

  db.onStorage(({ level, text }) => {
    const noted = db.writer.write((tx) => append(tx, { type: "notice", level, text }), { essential: true });
    // The disk is full: the log has the same sentence.
    noted.catch(() => {});
  });

  return {
    append,
    seq: () => last,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async *follow(after, signal) {
      let at = after;
      while (!signal.aborted) {
        const gap = gapAfter(at, { first, last });
        if (gap !== undefined) {
          yield { type: "gap", after: at, seq: gap };
          at = gap;
          continue;
        }
        for (const event of readAfter(at)) {
          if (signal.aborted) return;
          yield { type: "event", event };
          at = event.seq;
        }
        if (at >= last) await bell.wait(signal);
      }
    },
  };
}

/** The newest events as they were told, by seq. */
function createRecent() {
  const ring: HiveEvent[] = [];
  return {
    add: (event: HiveEvent): void => {
      ring[event.seq % RECENT] = event;
    },
    /** A page after `seq`; undefined when the next one is not here. */
    after: (seq: number, last: number): readonly HiveEvent[] | undefined => {
      const page: HiveEvent[] = [];
      for (let at = seq + 1; at <= last && page.length < PAGE; at++) {
        const event = ring[at % RECENT];
        if (event?.seq !== at) break;
        page.push(event);
      }
      return page.length === 0 ? undefined : page;
    },
  };
}

/** For watchers at the end of the list. */
function createBell() {
  const waiting = new Set<() => void>();
  return {
    ring: (): void => {
      for (const wake of waiting) wake();
    },
    /** Resolves at the next ring or when the signal ends. */
    wait: (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        const done = (): void => {
          signal.removeEventListener("abort", done);
          waiting.delete(done);
          resolve();
        };
        waiting.add(done);
        signal.addEventListener("abort", done, { once: true });
        if (signal.aborted) done();
      }),
  };
}

/** The seq to go on after when what follows `after` is not stored: pruned, or of another life of the hive. */
function gapAfter(after: number, stored: { first: number | undefined; last: number }): number | undefined {
  if (after > stored.last) return stored.last;
  const oldest = stored.first ?? stored.last + 1;
  return after < oldest - 1 ? oldest - 1 : undefined;
}

/** Before a message's id, instead of JSON. */
const MESSAGE = "m";

/**
 * A message stands in its own table already: its event holds the id alone, which halves what a send writes. Read
 * back from the table, such an event shows the message as it is by then.
 */
function write(data: HiveEventData): string {
  if (data.type === "message") return MESSAGE + data.message.id;
  // Only approvals hold 64-bit integers; the writer that keeps them costs five times as much.
  return data.type === "approval" ? stringifyJson(data) : JSON.stringify(data);
}

function read({ seq, at, data }: EventRow, messages: MessageStore): HiveEvent {
  return { seq, at: isoTime(at), data: parse(data, messages) };
}

function parse(text: string, messages: MessageStore): HiveEventData {
  const row = text.startsWith(MESSAGE) ? messages.byId(text.slice(MESSAGE.length)) : undefined;
  if (row !== undefined) return cutBody({ type: "message", message: toMessage(row) });
  const parsed = HiveEventData.safeParse(text.startsWith("{") ? parseJson(text) : undefined);
  if (parsed.success) return parsed.data;
  return { type: "notice", level: "warn", text: "an event of another version of hyperhive cannot be shown" };
}
