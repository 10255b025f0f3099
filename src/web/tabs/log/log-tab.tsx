/** L0G: what happened, as sentences, newest first; and slow work with its progress. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { subscribe } from "../../../client/subscribe.ts";
import { eventEndpoints, type HiveEvent } from "../../../wire/events.ts";
import { clockTime, day } from "../../format.ts";
import { type Hive, useHive } from "../../hive.ts";
import { reduce } from "../../state.ts";
import { Empty, Section } from "../../ui/bits.tsx";
import { Link } from "../../ui/link.tsx";
import { Operations } from "./operations.tsx";
import { type Sentence, tellLog } from "./sentences.ts";

const TOPICS = ["all", "agent", "message", "turn", "question", "approval", "operation", "notice"] as const;
type Topic = (typeof TOPICS)[number];

/** Events from before this page was opened. */
const EARLIER = 300;

export function LogTab() {
  const hive = useHive();
  const [topic, setTopic] = useState<Topic>("all");
  useEarlier(hive);
  const log = hive.state.value.log;
  const told = useMemo(() => tellLog(log), [log]);
  const shown = told.filter(({ said }) => topic === "all" || said.topic === topic);
  return (
    <>
      <Operations />
      <Section
        title="what happened"
        note={shown.length === 0 ? undefined : `newest first, ${shown.length}`}
        aside={
          <select
            aria-label="kind of event"
            value={topic}
            onChange={(event) => setTopic(event.currentTarget.value as Topic)}
          >
            {TOPICS.map((one) => (
              <option key={one} value={one}>
                {one === "all" ? "everything" : `${one}s`}
              </option>
            ))}
          </select>
        }
      >
        {shown.length === 0 ? (
          <Empty command="hivectl watch">nothing of this kind has happened yet.</Empty>
        ) : (
          <ol class="timeline">
            {shown.map(({ event, said }, i) => (
              <LogRow key={event.seq} event={event} said={said} previous={shown[i - 1]?.event} />
            ))}
          </ol>
        )}
      </Section>
    </>
  );
}

interface RowProps {
  readonly event: HiveEvent;
  readonly said: Sentence;
  readonly previous: HiveEvent | undefined;
}

function LogRow({ event, said, previous }: RowProps) {
  const known = useHive().state.value.agents;
  const newDay = previous !== undefined && day(previous.at) !== day(event.at);
  return (
    <>
      {newDay && <li class="day">{day(event.at)}</li>}
      <li class={said.tone}>
        <time dateTime={event.at} title={`${event.at} · event ${event.seq}`}>
          {clockTime(event.at)}
        </time>
        <i class="dot" aria-hidden="true" />
        <span class="said">
          {said.text}{" "}
          {said.agent !== undefined && known.has(said.agent) && (
            <Link to={{ page: "agent", name: said.agent }} class="faint" label={`open ${said.agent}`}>
              ↗
            </Link>
          )}
        </span>
      </li>
    </>
  );
}

/** Reads the events before the snapshot once, from a stream of its own that ends where the live one began. */
function useEarlier(hive: Hive): void {
  const loaded = hive.state.value.loaded;
  useEffect(() => {
    const { seq, log } = hive.state.peek();
    const until = log[0]?.seq ?? seq + 1;
    if (!loaded || until <= 1 || log.length >= EARLIER) return;
    const abort = new AbortController();
    readBefore(hive, until, abort).catch(hive.fail);
    return () => abort.abort();
  }, [loaded, hive]);
}

async function readBefore(hive: Hive, until: number, abort: AbortController): Promise<void> {
  const after = Math.max(0, until - 1 - EARLIER);
  const events: HiveEvent[] = [];
  const frames = subscribe(hive.transport, eventEndpoints.events, { input: {}, after, signal: abort.signal });
  for await (const frame of frames) {
    // A gap is followed by a snapshot: nothing older is stored.
    if (frame.type !== "event" || frame.event.seq >= until) break;
    events.push(frame.event);
    if (frame.event.seq >= until - 1) break;
  }
  if (!abort.signal.aborted) hive.state.value = reduce(hive.state.peek(), { type: "history", events });
  abort.abort();
}
