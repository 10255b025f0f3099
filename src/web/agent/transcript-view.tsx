/** The transcript: follows the newest unless the reader scrolled up; older pages come by scrolling to the top. */
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useHive } from "../hive.ts";
import { Empty } from "../ui/bits.tsx";
import { useReveal } from "../ui/use-reveal.ts";
import { type Turn, turnsOf } from "./blocks.ts";
import { Find } from "./find.tsx";
import type { Journal } from "./journal.ts";
import { LiveBlocks } from "./live-blocks.tsx";
import { reduceTranscript, TRANSCRIPT_BOUND, type Transcript } from "./transcript.ts";
import { TurnView } from "./turn-view.tsx";

interface ViewProps {
  readonly journal: Journal;
  readonly name: string;
  /** Seq of an event to show; undefined the newest. */
  readonly event: number | undefined;
}

export function TranscriptView({ journal, name, event }: ViewProps) {
  const state = journal.transcript.value;
  const turns = useMemo(() => turnsOf(state.events, state.gaps), [state.events, state.gaps]);
  const drawn = useDrawn(turns);
  const [wanted, setWanted] = useState(event);
  useEffect(() => setWanted(event), [event]);
  const scroll = useFollow(journal, state, wanted === undefined);
  useReveal(useArrived(journal, state, wanted), nearest);
  return (
    <div class="transcript-frame">
      <Find journal={journal} onPick={setWanted} />
      <div
        class="transcript"
        ref={scroll.place}
        onScroll={scroll.onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region is reached by keyboard only when it takes focus
        tabIndex={0}
        role="log"
        aria-label="transcript"
      >
        <p class="older">
          {state.more
            ? scroll.loading
              ? "reading older…"
              : "scroll up for older"
            : state.events.length > 0
              ? "the beginning"
              : ""}
        </p>
        {state.loaded && turns.length === 0 && (
          <Empty command={`hivectl message send ${name} "hello"`}>
            no turn yet. write to {name} below and watch it read, think and work here.
          </Empty>
        )}
        {drawn}
        <LiveBlocks live={state.live} />
      </div>
      {!scroll.following && (
        <button
          type="button"
          class="button strong jump"
          onClick={() => {
            setWanted(undefined);
            scroll.jump();
          }}
        >
          ↓ jump to newest{scroll.unseen > 0 ? ` (${scroll.unseen})` : ""}
        </button>
      )}
    </div>
  );
}

/** A turn that did not grow keeps its drawing: the same node is skipped whole. */
function useDrawn(turns: readonly Turn[]): VNode[] {
  const cache = useRef(new Map<string, { readonly last: number; readonly node: VNode }>());
  const next = new Map<string, { readonly last: number; readonly node: VNode }>();
  for (const turn of turns) {
    const known = cache.current.get(turn.key);
    const fresh = known === undefined || known.last !== turn.last;
    next.set(turn.key, fresh ? { last: turn.last, node: <TurnView key={turn.key} turn={turn} /> } : known);
  }
  cache.current = next;
  return [...next.values()].map(({ node }) => node);
}

const NEAR_END = 80;
const NEAR_START = 240;

const NEAREST = 200;

/** What draws nothing of its own (a result, a state) is shown by what came before it. */
function nearest(place: string): HTMLElement | null {
  const wanted = Number(place.slice(1));
  for (let seq = wanted; seq > wanted - NEAREST; seq--) {
    const element = document.querySelector<HTMLElement>(`[data-place="e${seq}"]`);
    if (element !== null) return element;
  }
  return null;
}

/** Key of what is drawn for the event that is wanted, once its page was read. */
function useArrived(journal: Journal, state: Transcript, wanted: number | undefined): string {
  const hive = useHive();
  const { loaded, events, more } = state;
  const first = events[0]?.seq ?? 0;
  const here = wanted === undefined || !loaded || first <= wanted || !more;
  useEffect(() => {
    if (!here && wanted !== undefined) journal.loadBack(wanted).catch(hive.fail);
  }, [here, wanted, journal, hive]);
  return wanted === undefined || !loaded || !here ? "" : `e${wanted}`;
}

function useFollow(journal: Journal, state: Transcript, newest: boolean) {
  const hive = useHive();
  const place = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  // Whoever asked for a place stays there until they ask for the newest.
  const following = atEnd && newest;
  const [loading, setLoading] = useState(false);
  const seenSeq = useRef(0);
  const height = useRef({ first: 0, total: 0 });
  const first = state.events[0]?.seq ?? 0;

  useLayoutEffect(() => {
    const box = place.current;
    if (box === null) return;
    const before = height.current;
    // Older events came on top: what was being read stays where it is.
    if (following) box.scrollTop = box.scrollHeight;
    else if (first < before.first) box.scrollTop += box.scrollHeight - before.total;
    height.current = { first, total: box.scrollHeight };
  });
  useEffect(() => {
    if (!following) return;
    seenSeq.current = state.seq;
    if (state.events.length > TRANSCRIPT_BOUND * 1.2)
      journal.transcript.value = reduceTranscript(journal.transcript.peek(), { type: "trim" });
  }, [following, state, journal]);

  const older = async (): Promise<void> => {
    setLoading(true);
    await journal.loadOlder().catch(hive.fail);
    setLoading(false);
  };
  const onScroll = (): void => {
    const box = place.current;
    if (box === null) return;
    setAtEnd(box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END);
    if (box.scrollTop < NEAR_START && journal.transcript.peek().more && !loading) void older();
  };
  const unseen = following ? 0 : state.events.filter((event) => event.seq > seenSeq.current).length;
  return { place, following, loading, unseen, onScroll, jump: () => setAtEnd(true) };
}
