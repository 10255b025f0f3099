/** What the journal is to everybody else: its face, without how it is kept. */
import type { Clock } from "../../../src/lib/clock.ts";
import type {
  JournalData,
  JournalDelta,
  JournalEvent,
  JournalFrame,
  Todo,
} from "../../../src/wire/journal.ts";

export interface JournalLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

export const JOURNAL_LIMITS: JournalLimits = {
  maxEvents: 200_000,
  maxBytes: 256 * 1024 * 1024,
  maxAgeMs: 90 * 86_400_000,
};

export interface JournalOptions {
  readonly path: string;
  readonly clock: Pick<Clock, "now">;
  readonly limits?: Partial<JournalLimits>;
}

export interface HistoryQuery {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly limit: number;
  readonly search?: string | undefined;
}

export interface HistoryPage {
  /** Oldest first. */
  readonly events: JournalEvent[];
  /** There are further ones in the direction that was asked for: older, or with `after` newer. */
  readonly more: boolean;
}

export type TurnEnd = Extract<JournalData, { kind: "turn_end" }>;

export interface Journal {
  /** Durable when it returns. Throws HiveError `storage` when the disk is full or the file broken. */
  append(data: JournalData): JournalEvent;
  /** Shown to who follows now, stored nowhere. */
  delta(delta: JournalDelta): void;
  history(query: HistoryQuery): Promise<HistoryPage>;
  /**
   * Every event after `after` in order, none left out and none twice, then what comes; without `after` only what
   * comes. A `gap` frame stands for events that are no longer stored. Ends with the signal.
   */
  follow(after: number | undefined, signal: AbortSignal): AsyncIterable<JournalFrame>;
  /** How the turn of this lease ended, if it did. */
  lastTurnEnd(leaseId: string): TurnEnd | undefined;
  /** The newest messages and answers as text, oldest first, for a conversation that has to begin anew. */
  recentDigest(maxChars: number): string;
  todos(): Todo[];
  /** Replaces the list and appends it as an event. */
  setTodos(todos: readonly Todo[]): JournalEvent;
  /** 0 when it is empty. */
  lastSeq(): number;
  close(): void;
}
