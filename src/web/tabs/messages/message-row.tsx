/** One message with its way. */
import { useState } from "preact/hooks";
import { type Message, messageEndpoints } from "../../../wire/messages.ts";
import { shortTime } from "../../format.ts";
import { useHive } from "../../hive.ts";
import { messageRoute } from "../../threads.ts";
import { Action } from "../../ui/action.tsx";
import { Party } from "../../ui/bits.tsx";
import { Link } from "../../ui/link.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { Ticks } from "../../ui/ticks.tsx";

/** Bodies over 4 KiB are cut in the stream. */
const CUT_FROM = 3500;

export function MessageRow({ message }: { readonly message: Message }) {
  const hive = useHive();
  const [whole, setWhole] = useState<string | undefined>(undefined);
  const load = async (): Promise<undefined> => {
    const answer = await hive.call(messageEndpoints.message, { id: message.id });
    setWhole(answer.message.body);
  };
  const mine = message.from === "operator";
  return (
    <article
      class={`message ${mine ? "mine" : "theirs"} ${message.state}`}
      data-message={message.id}
      data-place={message.id}
      tabIndex={-1}
    >
      <header>
        <Party name={message.from} />
        {message.priority !== "normal" && <span class={`chip ${message.priority}`}>{message.priority}</span>}
        {message.origin !== undefined && <span class="chip">{message.origin}</span>}
        {message.question_id !== undefined && <span class="chip mauve">answer</span>}
        <Link to={messageRoute(message)} class="place-link">
          <time dateTime={message.created_at}>{shortTime(message.created_at, hive.now.value)}</time>
        </Link>
        <Ticks message={message} />
      </header>
      <Markdown text={whole ?? message.body} />
      {whole === undefined && message.body.length >= CUT_FROM && (
        <Action work={load} weight="quiet">
          read it whole
        </Action>
      )}
    </article>
  );
}
