/** What full-text search finds for the words in the palette, as entries; asked when typing pauses. */
import { useEffect, useState } from "preact/hooks";
import { messageEndpoints } from "../../wire/messages.ts";
import { oneLine } from "../format.ts";
import { type Hive, useHive } from "../hive.ts";
import { messageRoute } from "../threads.ts";
import type { Entry } from "./entries.ts";

const PAUSE_MS = 180;
const SHORTEST = 3;
const MOST = 6;

export function useFound(query: string): readonly Entry[] {
  const hive = useHive();
  const [found, setFound] = useState<readonly Entry[]>([]);
  useEffect(() => {
    setFound([]);
    if (query.length < SHORTEST) return;
    let current = true;
    const timer = setTimeout(() => {
      // Words that are no query yet (an open quote) find nothing; the palette goes on without.
      ask(hive, query).then(
        (entries) => current && setFound(entries),
        () => {},
      );
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query, hive]);
  return found;
}

function partyWord(name: string): string {
  return name === "operator" ? "you" : name;
}

async function ask(hive: Hive, query: string): Promise<Entry[]> {
  const { hits } = await hive.call(messageEndpoints.searchMessages, { query, limit: MOST });
  const entries = hits.map(({ message, agent, excerpt }, i): Entry => {
    const name =
      message === undefined
        ? `a turn of ${agent ?? "?"}`
        : `${partyWord(message.from)} → ${partyWord(message.to)}`;
    const go =
      message === undefined ? ({ page: "agent", name: agent ?? "" } as const) : messageRoute(message);
    return {
      key: `found ${i}`,
      group: "found",
      name,
      note: oneLine(excerpt.replace(/[‹›]/g, ""), 90),
      act: { go },
    };
  });
  const all = { page: "dashboard", tab: "messages", detail: `?${query}` } as const;
  const more: Entry = {
    key: "found all",
    group: "found",
    name: `search for “${query}”`,
    note: "in all that was said",
    act: { go: all },
  };
  return [...entries, more];
}
