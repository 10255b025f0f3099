/** Pages of stored events, and search in them. A page is bounded in bytes too; a long search lets others work. */
import { setImmediate } from "node:timers/promises";
import { eventText } from "../../../src/wire/event-text.ts";
import { JournalData, type JournalEvent } from "../../../src/wire/journal.ts";
import type { EventRow, Store } from "./store.ts";
import type { HistoryPage, HistoryQuery, TurnEnd } from "./types.ts";

const PAGE_MAX_BYTES = 4 * 1024 * 1024;
/** Events looked through before other work gets its turn. */
const SEARCH_STEP = 2_000;

export function toEvent(row: EventRow): JournalEvent {
  const data = JournalData.safeParse(JSON.parse(row.data));
  return {
    seq: row.seq,
    at: new Date(row.at).toISOString(),
    // Written by a later version that was rolled back: shown raw, never dropped.
    data: data.success ? data.data : { kind: "raw", line: row.data },
  };
}

const TurnEndData = JournalData.refine((data): data is TurnEnd => data.kind === "turn_end");

/** As it is remembered for its lease. */
export function toTurnEnd(json: string): TurnEnd | undefined {
  return TurnEndData.safeParse(JSON.parse(json)).data;
}

export async function readHistory(store: Store, query: HistoryQuery): Promise<HistoryPage> {
  const forward = query.after !== undefined && query.before === undefined;
  const found = collect(query.limit);
  if (query.search === undefined) plain(store, query, found);
  else await search(store, { ...query, search: query.search }, found);
  return { events: forward ? found.events : found.events.reverse(), more: found.full() };
}

interface Found {
  readonly events: JournalEvent[];
  /** False: the page is full, and this one is already beyond it. */
  add(row: EventRow): boolean;
  full(): boolean;
}

function collect(limit: number): Found {
  const events: JournalEvent[] = [];
  let bytes = 0;
  let full = false;
  return {
    events,
    full: () => full,
    add: (row) => {
      bytes += row.data.length;
      full = events.length >= limit || (events.length > 0 && bytes > PAGE_MAX_BYTES);
      if (!full) events.push(toEvent(row));
      return !full;
    },
  };
}

function plain(store: Store, query: HistoryQuery, found: Found): void {
  const { before, after, limit } = query;
  if (before === undefined && after !== undefined) {
    for (const row of store.after.all(after, limit + 1)) if (!found.add(row)) return;
    return;
  }
  for (const row of store.before.all(before ?? Number.MAX_SAFE_INTEGER, limit + 1)) {
    if (after !== undefined && row.seq <= after) return;
    if (!found.add(row)) return;
  }
}

async function search(store: Store, query: HistoryQuery & { search: string }, found: Found): Promise<void> {
  const { first, last } = store.bounds.get() ?? { first: null, last: null };
  if (first === null || last === null) return;
  const lowest = Math.max(first, (query.after ?? 0) + 1);
  const highest = Math.min(last, (query.before ?? Number.MAX_SAFE_INTEGER) - 1);
  const forward = query.after !== undefined && query.before === undefined;
  const pattern = likePattern(query.search);
  const needle = query.search.toLowerCase();
  for (let done = 0; lowest + done <= highest; done += SEARCH_STEP) {
    const rows = forward
      ? store.afterLike.all(lowest + done - 1, Math.min(highest, lowest + done + SEARCH_STEP - 1), pattern)
      : store.beforeLike.all(highest - done + 1, Math.max(lowest, highest - done - SEARCH_STEP + 1), pattern);
    for (const row of rows) {
      // The stored JSON has keys and ids too: only words count.
      if (!eventText(toEvent(row).data).toLowerCase().includes(needle)) continue;
      if (!found.add(row)) return;
    }
    await setImmediate();
  }
}

/** Finds at least every row whose text contains it; letters beyond ASCII are left to the exact test. */
function likePattern(text: string): string {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\\%_]/g, "\\$&")
    .replace(/[^\x20-\x7e]/g, "_");
  return `%${escaped}%`;
}
