/** Keeps the journal within its limits: whole chunks of the oldest events go, the freed pages are written again. */

import type { Store } from "./store.ts";
import type { JournalLimits } from "./types.ts";

const CHUNK = 1_000;
/** Chunks in one go: an appender must not wait for a big clean-up. */
const CHUNKS_MAX = 4;

/** Deletes at most a few chunks; what is left over goes with the next call. True when something went. */
export function prune(store: Store, limits: JournalLimits, now: number): boolean {
  let pruned = false;
  for (let round = 0; round < CHUNKS_MAX; round++) {
    const { first, last } = store.bounds.get() ?? { first: null, last: null };
    if (first === null || last === null) break;
    const upTo = surplus(store, limits, { first, last, now });
    if (upTo < first) break;
    // The newest event stays whatever its size, or nobody could see why the rest is gone.
    store.deleteUpTo.run(Math.min(upTo, first + CHUNK - 1, last - 1));
    pruned = true;
  }
  if (pruned) store.pruneTurnEnds.run();
  return pruned;
}

interface Range {
  readonly first: number;
  readonly last: number;
  readonly now: number;
}

/** Everything up to this seq is too much; below `first` when nothing is. */
function surplus(store: Store, limits: JournalLimits, { first, last, now }: Range): number {
  if (last <= first) return first - 1;
  const byCount = last - limits.maxEvents;
  const byAge = store.olderThan.get(now - limits.maxAgeMs)?.seq ?? 0;
  const bySize = store.usedBytes() > limits.maxBytes ? first + CHUNK - 1 : 0;
  return Math.min(Math.max(byCount, byAge, bySize), last - 1);
}
