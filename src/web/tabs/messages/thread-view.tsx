/** One conversation: older messages by asking, newest at the bottom, and the composer to its agent. */
import { useEffect, useRef, useState } from "preact/hooks";
import { type Message, messageEndpoints } from "../../../wire/messages.ts";
import { useHive } from "../../hive.ts";
import { isUnread } from "../../inbox-view.ts";
import { type Thread, threadParties } from "../../threads.ts";
import { Action } from "../../ui/action.tsx";
import { Empty, Party } from "../../ui/bits.tsx";
import { Link } from "../../ui/link.tsx";
import { useReveal } from "../../ui/use-reveal.ts";
import { Compose } from "./compose.tsx";
import { MessageRow } from "./message-row.tsx";

interface ThreadProps {
  readonly id: string;
  readonly thread: Thread | undefined;
  readonly names: readonly string[];
  /** Id of a message to show; "" the newest. */
  readonly reveal: string;
}

export function ThreadView({ id, thread, names, reveal }: ThreadProps) {
  const [a, b] = threadParties(id);
  const { older, more, load } = useOlder(id, thread?.messages[0]?.id);
  const known = new Set(thread?.messages.map((message) => message.id));
  const messages = [...older.filter((message) => !known.has(message.id)), ...(thread?.messages ?? [])];
  const list = useRef<HTMLDivElement>(null);
  const last = messages.at(-1)?.id;
  useEffect(() => {
    if (reveal === "") list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [last, reveal]);
  useReveal(useFound(reveal, messages, more, load));
  useAcknowledge(messages);
  return (
    <section class="thread-view">
      <header class="section-head">
        <Link
          to={{ page: "dashboard", tab: "messages", detail: "" }}
          class="button quiet back"
          label="all conversations"
        >
          ←
        </Link>
        <h2>
          <span class="diamond" aria-hidden="true">
            ◆
          </span>{" "}
          {a !== "operator" && (
            <>
              <Party name={a} /> <span class="dim">↔</span>{" "}
            </>
          )}
          <Party name={b} />
        </h2>
        {a === "operator" && names.includes(b) && (
          <div class="aside">
            <Link to={{ page: "agent", name: b }} class="button plain">
              transcript
            </Link>
          </div>
        )}
      </header>
      <div
        class="thread-scroll"
        ref={list}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region is reached by keyboard only when it takes focus
        tabIndex={0}
        role="log"
        aria-label="messages"
      >
        {more && (
          <p class="older">
            <Action work={() => load(PAGE)} weight="quiet">
              older messages
            </Action>
          </p>
        )}
        {messages.length === 0 && <Empty>nothing was said here yet.</Empty>}
        {messages.map((message) => (
          <MessageRow key={message.id} message={message} />
        ))}
      </div>
      {a === "operator" && <Compose names={names} to={b} />}
    </section>
  );
}

const PAGE = 50;
const FAR_PAGE = 200;

function useOlder(id: string, first: string | undefined) {
  const hive = useHive();
  const [older, setOlder] = useState<readonly Message[]>([]);
  const [more, setMore] = useState(false);
  const load = async (limit: number): Promise<undefined> => {
    const [party, other] = threadParties(id);
    const before = older[0]?.id ?? first;
    const page = await hive.call(messageEndpoints.messages, { party, with: other, before, limit });
    setOlder([...page.messages.toReversed(), ...older]);
    setMore(page.more);
  };
  // One tells whether there are more: the page holds only the newest of the whole hive.
  useEffect(() => {
    load(1).catch(hive.fail);
  }, [id]);
  return { older, more, load };
}

/** Reads older pages until the message is among them; its id once it is. */
function useFound(
  reveal: string,
  messages: readonly Message[],
  more: boolean,
  load: (limit: number) => Promise<undefined>,
): string {
  const hive = useHive();
  const found = messages.some((message) => message.id === reveal);
  const first = messages[0]?.id;
  // Ids sort by time: one that is newer than the oldest here is not stored.
  const wanted = reveal !== "" && !found && more && (first === undefined || reveal < first);
  useEffect(() => {
    if (wanted) load(FAR_PAGE).catch(hive.fail);
  }, [wanted, first]);
  return found ? reveal : "";
}

/** Looking at it is reading it. */
function useAcknowledge(messages: readonly Message[]): void {
  const hive = useHive();
  const unread = messages.filter(isUnread).map((message) => message.id);
  const ids = unread.join(" ");
  useEffect(() => {
    if (ids === "" || document.visibilityState !== "visible") return;
    hive.call(messageEndpoints.acknowledge, { ids: ids.split(" ") }).catch(hive.fail);
  }, [ids, hive]);
}
