/** Conversations, the operator's own first, newest on top. Agents without one are offered too. */
import { snippet } from "../../format.ts";
import type { Thread } from "../../threads.ts";
import { Age, Badge, Party } from "../../ui/bits.tsx";
import { Link } from "../../ui/link.tsx";

interface ListProps {
  readonly threads: readonly Thread[];
  readonly current: string;
  readonly names: readonly string[];
}

export function ThreadList({ threads, current, names }: ListProps) {
  const mine = threads.filter((thread) => thread.mine);
  const theirs = threads.filter((thread) => !thread.mine);
  const silent = names.filter((name) => !mine.some(({ key }) => key === name));
  return (
    <>
      {mine.length + silent.length > 0 && <h2>with you</h2>}
      <ul class="threads">
        {mine.map((thread) => (
          <ThreadRow key={thread.key} thread={thread} current={thread.key === current} />
        ))}
        {silent.map((name) => (
          <li key={name}>
            <Link
              to={{ page: "dashboard", tab: "messages", detail: name }}
              class="thread"
              current={name === current}
            >
              <span class="names">
                <Party name={name} />
              </span>
              <span class="snippet faint">nothing said yet</span>
            </Link>
          </li>
        ))}
      </ul>
      {theirs.length > 0 && <h2>among agents</h2>}
      <ul class="threads">
        {theirs.map((thread) => (
          <ThreadRow key={thread.key} thread={thread} current={thread.key === current} />
        ))}
      </ul>
    </>
  );
}

function ThreadRow({ thread, current }: { readonly thread: Thread; readonly current: boolean }) {
  const last = thread.messages.at(-1);
  const [a, b] = thread.parties;
  return (
    <li>
      <Link to={{ page: "dashboard", tab: "messages", detail: thread.key }} class="thread" current={current}>
        <span class="names">
          {thread.mine ? null : (
            <>
              <Party name={a} /> <span class="dim">↔</span>{" "}
            </>
          )}
          <Party name={b} />
          <Badge n={thread.unread} tone="busy" />
        </span>
        {last !== undefined && (
          <>
            <span class="snippet">
              {last.from === "operator" ? "you: " : ""}
              {snippet(last.body, 60)}
            </span>
            <span class="when">
              <Age at={last.created_at} bare />
            </span>
          </>
        )}
      </Link>
    </li>
  );
}
