/** M3SS4GES: conversations by counterpart, search, compose. */
import { useEffect, useState } from "preact/hooks";
import { byRole } from "../../agent-view.ts";
import { useHive } from "../../hive.ts";
import { type Thread, threadsOf } from "../../threads.ts";
import { Empty, Section } from "../../ui/bits.tsx";
import { Link } from "../../ui/link.tsx";
import { Compose } from "./compose.tsx";
import { Search } from "./search.tsx";
import { ThreadList } from "./thread-list.tsx";
import { ThreadView } from "./thread-view.tsx";

/** Writing to whom one likes; no agent may be called so. */
const ANYBODY = "all";

/** `asked`: a thread, or a message in it as `alice/01J…`, or `?words` to search for. */
export function MessagesTab({ asked }: { readonly asked: string }) {
  const hive = useHive();
  const [query, setQuery] = useQuery(asked);
  const threads = threadsOf(hive.state.value.messages.values());
  const [askedThread = "", message = ""] = asked.startsWith("?") ? [] : asked.split("/");
  const thread = useChosen(askedThread, threads);
  const names = [...hive.state.value.agents.values()].sort(byRole).map(({ name }) => name);
  return (
    <div class={thread === "" ? "messages" : "messages reading"}>
      <aside class="threads-side">
        <input
          type="search"
          class="search"
          aria-label="search messages"
          placeholder="search all messages"
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
        {names.length > 0 && (
          <Link
            to={{ page: "dashboard", tab: "messages", detail: ANYBODY }}
            class="button plain write"
            current={thread === ANYBODY}
          >
            + write to any or all
          </Link>
        )}
        <ThreadList threads={threads} current={thread} names={names} />
      </aside>
      <div class="thread-main">
        {query.trim() !== "" ? (
          <Search query={query.trim()} onDone={() => setQuery("")} />
        ) : thread === "" || thread === ANYBODY ? (
          <Section title="write to the swarm">
            <Compose names={names} />
            <Empty command='hivectl message send alice "hello"'>
              choose a conversation, or write to one agent or to all. a message is stored before it counts as
              sent; its four marks are queued, delivered, read, handled.
            </Empty>
          </Section>
        ) : (
          <ThreadView
            key={`${thread}/${message}`}
            id={thread}
            reveal={message}
            thread={threads.find(({ key }) => key === thread)}
            names={names}
          />
        )}
      </div>
    </div>
  );
}

/** What is searched for follows the address, and then what is typed. */
function useQuery(asked: string) {
  const given = asked.startsWith("?") ? asked.slice(1) : "";
  const state = useState(given);
  const [, setQuery] = state;
  useEffect(() => setQuery(given), [given, setQuery]);
  return state;
}

const WIDE = "(min-width: 761px)";

/**
 * Nothing asked for: the newest conversation of one's own where it fits beside the list. It stays while other
 * messages come in, so that nobody is carried away from what they read.
 */
function useChosen(asked: string, threads: readonly Thread[]): string {
  const [chosen] = useState(() =>
    matchMedia(WIDE).matches
      ? (threads.find(({ mine, key }) => mine && key !== "system")?.key ?? threads[0]?.key ?? "")
      : "",
  );
  return asked === "" ? chosen : asked;
}
