/**
 * Live tails of the journal. A follower reads events from the file by number, so nothing is held for it in memory
 * however slow it is; only deltas wait, up to a bound, because they are stored nowhere.
 */
import type { JournalDelta, JournalEvent, JournalFrame } from "../../../src/wire/journal.ts";

export interface EventSource {
  /** Ascending, after a seq. */
  read(after: number, limit: number): JournalEvent[];
  lastSeq(): number;
}

export interface Followers {
  /** Something was appended. */
  wake(): void;
  delta(delta: JournalDelta): void;
  follow(after: number | undefined, signal: AbortSignal): AsyncGenerator<JournalFrame, void, undefined>;
  /** Ends every tail. */
  close(): void;
}

const BATCH = 100;
const DELTA_MAX_CHARS = 64 * 1024;

interface Waiting {
  /** The last stored event when it was written: it belongs behind that one. */
  readonly after: number;
  readonly delta: JournalDelta;
}

interface Follower {
  wake: () => void;
  deltas: Waiting[];
  chars: number;
}

export function createFollowers(source: EventSource): Followers {
  const followers = new Set<Follower>();
  const closed = new AbortController();

  async function* follow(
    after: number | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<JournalFrame, void, undefined> {
    const end = AbortSignal.any([signal, closed.signal]);
    const follower: Follower = { wake: () => {}, deltas: [], chars: 0 };
    followers.add(follower);
    // A number from the future: of a journal that is gone.
    let cursor = Math.min(after ?? source.lastSeq(), source.lastSeq());
    try {
      while (!end.aborted) {
        const woken = nextWake(follower, end);
        const events = source.read(cursor, BATCH);
        for (const frame of frames(events, cursor, follower)) {
          yield frame;
          if (end.aborted) return;
        }
        cursor = events.at(-1)?.seq ?? cursor;
        if (events.length === 0) await woken;
      }
    } finally {
      followers.delete(follower);
    }
  }

  return {
    wake: () => {
      for (const follower of followers) follower.wake();
    },
    delta: (delta) => {
      const after = source.lastSeq();
      for (const follower of followers) {
        enqueue(follower, { after, delta });
        follower.wake();
      }
    },
    follow,
    close: () => closed.abort(),
  };
}

/** Resolves at the next wake after this call, so that nothing appended while we read is slept through. */
function nextWake(follower: Follower, end: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onEnd = (): void => resolve();
  end.addEventListener("abort", onEnd, { once: true });
  follower.wake = () => {
    end.removeEventListener("abort", onEnd);
    resolve();
  };
  if (end.aborted) resolve();
  return promise;
}

function enqueue(follower: Follower, waiting: Waiting): void {
  follower.deltas.push(waiting);
  follower.chars += waiting.delta.text.length;
  if (follower.chars <= DELTA_MAX_CHARS) return;
  // The stored event will bring the whole text.
  follower.deltas = [];
  follower.chars = 0;
}

function* takeDeltas(follower: Follower, before: number): Generator<JournalFrame> {
  while ((follower.deltas[0]?.after ?? before) < before) {
    const next = follower.deltas.shift();
    if (next === undefined) return;
    follower.chars -= next.delta.text.length;
    yield { type: "delta", delta: next.delta };
  }
}

function* frames(
  events: readonly JournalEvent[],
  cursor: number,
  follower: Follower,
): Generator<JournalFrame> {
  let at = cursor;
  for (const event of events) {
    yield* takeDeltas(follower, event.seq);
    if (event.seq !== at + 1) yield { type: "gap", after: at, seq: event.seq - 1 };
    yield { type: "event", event };
    at = event.seq;
  }
  // A batch that was full: the rest comes first.
  if (events.length < BATCH) yield* takeDeltas(follower, Number.MAX_SAFE_INTEGER);
}
