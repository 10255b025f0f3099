/** The events of one agent's journal as this page holds them: one pure reducer. Drawn from ./blocks.ts. */
import type { JournalDelta, JournalEvent, JournalFrame } from "../../wire/journal.ts";

/** Most events kept while the reader is at the newest; older ones come back by scrolling up. */
export const TRANSCRIPT_BOUND = 3000;
/** Longest text that is shown while it is written. */
const LIVE_BOUND = 64 * 1024;

export interface LiveText {
  readonly kind: JournalDelta["kind"];
  readonly text: string;
}

export interface Transcript {
  /** True after the first page of history came. */
  readonly loaded: boolean;
  /** Oldest first, each seq once. */
  readonly events: readonly JournalEvent[];
  /** Older ones are stored. */
  readonly more: boolean;
  /** Seqs after which events are no longer stored. */
  readonly gaps: ReadonlySet<number>;
  /** Last stored event seen; the stream resumes after it. */
  readonly seq: number;
  /** Text being written now, by the subagent's tool use ("" is the agent itself). */
  readonly live: ReadonlyMap<string, LiveText>;
}

export const EMPTY_TRANSCRIPT: Transcript = {
  loaded: false,
  events: [],
  more: false,
  gaps: new Set(),
  seq: 0,
  live: new Map(),
};

export type TranscriptAction =
  | JournalFrame
  | { readonly type: "history"; readonly events: readonly JournalEvent[]; readonly more: boolean }
  /** The reader is at the newest: what is far above may go. */
  | { readonly type: "trim" };

export function reduceTranscript(state: Transcript, action: TranscriptAction): Transcript {
  switch (action.type) {
    case "history":
      return withHistory(state, action.events, action.more);
    case "event":
      return action.event.seq <= state.seq ? state : withEvent(state, action.event);
    case "delta":
      return { ...state, live: withDelta(state.live, action.delta) };
    case "gap":
      return { ...state, seq: action.seq, gaps: new Set([...state.gaps, action.after]), live: new Map() };
    case "trim": {
      if (state.events.length <= TRANSCRIPT_BOUND) return state;
      return { ...state, events: state.events.slice(-TRANSCRIPT_BOUND), more: true };
    }
  }
}

function withHistory(state: Transcript, events: readonly JournalEvent[], more: boolean): Transcript {
  const first = state.events[0]?.seq ?? Number.POSITIVE_INFINITY;
  const older = events.filter((event) => event.seq < first);
  return {
    ...state,
    loaded: true,
    more,
    events: [...older, ...state.events],
    seq: Math.max(state.seq, events.at(-1)?.seq ?? 0),
  };
}

function withEvent(state: Transcript, event: JournalEvent): Transcript {
  return {
    ...state,
    loaded: true,
    seq: event.seq,
    events: [...state.events, event],
    live: settle(state.live, event),
  };
}

function withDelta(live: Transcript["live"], delta: JournalDelta): Transcript["live"] {
  const key = delta.parent_tool_use_id ?? "";
  const before = live.get(key);
  const text = before?.kind === delta.kind ? before.text + delta.text : delta.text;
  return new Map(live).set(key, { kind: delta.kind, text: text.slice(-LIVE_BOUND) });
}

/** The stored event replaces what was shown while it was written. */
function settle(live: Transcript["live"], { data }: JournalEvent): Transcript["live"] {
  if (live.size === 0) return live;
  if (data.kind === "turn_end" || data.kind === "turn_start") return new Map();
  if (data.kind !== "text" && data.kind !== "thinking" && data.kind !== "tool_use") return live;
  const next = new Map(live);
  next.delete(data.parent_tool_use_id ?? "");
  return next;
}
