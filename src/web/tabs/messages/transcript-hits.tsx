/** The same words in the transcripts of the agents that run: each is asked, and answers for itself. */
import { eventText } from "../../../wire/event-text.ts";
import { type JournalEvent, journalEndpoints } from "../../../wire/journal.ts";
import { visible } from "../../format.ts";
import { type Hive, useHive } from "../../hive.ts";
import { Age, Party } from "../../ui/bits.tsx";
import { Excerpt } from "../../ui/excerpt.tsx";
import { Link } from "../../ui/link.tsx";
import { useAnswer } from "../../ui/use-answer.ts";

/** Of each agent. */
const MOST = 5;
const SHORTEST = 3;
/** Asked at the same time. */
const AT_ONCE = 6;

interface Found {
  readonly hits: readonly { readonly agent: string; readonly event: JournalEvent }[];
  /** Agents that did not answer. */
  readonly silent: readonly string[];
}

export function TranscriptHits({ query }: { readonly query: string }) {
  const hive = useHive();
  const words = query.replaceAll('"', "").replace(/\*$/, "").trim();
  const { value } = useAnswer(words.length < SHORTEST ? "" : words, () => askAll(hive, words));
  if (words.length < SHORTEST) return null;
  return (
    <section class="transcript-hits" aria-label="in transcripts">
      <h3>
        in transcripts{" "}
        <span class="dim">
          {value === undefined
            ? "asking the agents…"
            : `${value.hits.length}, newest first, with exactly these words`}
        </span>
      </h3>
      {value !== undefined && value.silent.length > 0 && (
        <p class="faint">no answer from {value.silent.join(", ")}</p>
      )}
      <ul class="hits">
        {value?.hits.map(({ agent, event }) => (
          <li key={`${agent}${event.seq}`}>
            <header>
              <Link to={{ page: "agent", name: agent, event: event.seq }} class="hit-link">
                <Party name={agent} /> <span class="dim">{event.data.kind.replaceAll("_", " ")}</span>
              </Link>
              <Age at={event.at} />
            </header>
            <p>
              <Excerpt text={visible(eventText(event.data))} words={words} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

async function askAll(hive: Hive, search: string): Promise<Found> {
  const agents = [...hive.state.peek().agents.values()];
  const waiting = agents.filter(({ connected }) => connected).map(({ name }) => name);
  const silent = agents.filter(({ connected }) => !connected).map(({ name }) => name);
  const hits: { agent: string; event: JournalEvent }[] = [];
  const work = async (): Promise<void> => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const agent = name;
      try {
        const page = await hive.call(journalEndpoints.journal, { name: agent, search, limit: MOST });
        hits.push(...page.events.map((event) => ({ agent, event })));
      } catch {
        silent.push(agent);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { hits: hits.sort((a, b) => b.event.at.localeCompare(a.event.at)), silent: silent.sort() };
}
