/** Full-text search over everything that was said. */
import { useEffect, useState } from "preact/hooks";
import type { Output } from "../../../wire/endpoint.ts";
import { messageEndpoints } from "../../../wire/messages.ts";
import { useHive } from "../../hive.ts";
import { asError } from "../../net/connection.ts";
import { messageRoute } from "../../threads.ts";
import { Age, Empty, Party, Section } from "../../ui/bits.tsx";
import { Link } from "../../ui/link.tsx";
import { TranscriptHits } from "./transcript-hits.tsx";

type Hit = Output<typeof messageEndpoints.searchMessages>["hits"][number];

const PAUSE_MS = 200;

export function Search({ query, onDone }: { readonly query: string; readonly onDone: () => void }) {
  const hive = useHive();
  const [hits, setHits] = useState<readonly Hit[] | undefined>(undefined);
  const [refusal, setRefusal] = useState("");
  useEffect(() => {
    let current = true;
    const ask = async (): Promise<void> => {
      try {
        const answer = await hive.call(messageEndpoints.searchMessages, { query });
        if (!current) return;
        setHits(answer.hits);
        setRefusal("");
      } catch (thrown) {
        if (current) setRefusal(asError(thrown).message);
      }
    };
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query, hive]);
  return (
    <Section
      title={`found for “${query}”`}
      note={hits === undefined ? "searching…" : `${hits.length}`}
      aside={
        <button type="button" class="button quiet" onClick={onDone}>
          close
        </button>
      }
    >
      {refusal !== "" && <p class="refusal">{refusal}</p>}
      {hits?.length === 0 && (
        <Empty>nothing. all words must occur; quotes make a phrase, a trailing * a beginning.</Empty>
      )}
      <ul class="hits">
        {hits?.map((hit) => (
          <HitRow
            key={`${hit.kind}${hit.message?.id ?? hit.at}${hit.agent ?? ""}`}
            hit={hit}
            onDone={onDone}
          />
        ))}
      </ul>
      <TranscriptHits query={query} />
    </Section>
  );
}

function HitRow({ hit, onDone }: { readonly hit: Hit; readonly onDone: () => void }) {
  const { message } = hit;
  return (
    <li>
      <header>
        {message === undefined ? (
          <Link to={{ page: "agent", name: hit.agent ?? "" }} class="hit-link">
            a turn of <Party name={hit.agent ?? "?"} />
          </Link>
        ) : (
          // biome-ignore lint/a11y/noStaticElementInteractions: the click bubbles from the link inside
          // biome-ignore lint/a11y/useKeyWithClickEvents: a link's Enter is a click
          <span onClick={onDone}>
            <Link to={messageRoute(message)} class="hit-link">
              <Party name={message.from} /> → <Party name={message.to} />
            </Link>
          </span>
        )}
        <Age at={hit.at} />
      </header>
      <p>{highlight(hit.excerpt)}</p>
    </li>
  );
}

/** The hit stands between ‹ and ›. */
function highlight(excerpt: string) {
  return excerpt.split(/(‹[^›]*›)/).map((part, i) => {
    const key = `${i}${part}`;
    return part.startsWith("‹") ? <mark key={key}>{part.slice(1, -1)}</mark> : <span key={key}>{part}</span>;
  });
}
