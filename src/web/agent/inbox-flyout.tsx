/** What waits for this agent and what its running turn has taken, from the hive's own list. */
import { useEffect, useState } from "preact/hooks";
import type { AgentRow } from "../../wire/agents.ts";
import { type Message, messageEndpoints } from "../../wire/messages.ts";
import { plural, snippet } from "../format.ts";
import { useHive } from "../hive.ts";
import { messageRoute } from "../threads.ts";
import { Age, Empty, Party } from "../ui/bits.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Link } from "../ui/link.tsx";
import { Ticks } from "../ui/ticks.tsx";

/** The number, which opens the list. */
export function InboxFlyout({ row }: { readonly row: AgentRow }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        class="button plain inbox-count"
        aria-label={`${row.queued}${row.in_turn > 0 ? `+${row.in_turn}` : ""}: inbox of ${row.name}`}
        title={`${plural(row.queued, "message")} waiting, ${row.in_turn} in the running turn`}
        onClick={() => setOpen(true)}
      >
        {row.queued}
        {row.in_turn > 0 && <span class="dim">+{row.in_turn}</span>}
      </button>
      {open && (
        <Dialog title={`inbox of ${row.name}`} onClose={() => setOpen(false)}>
          <Waiting name={row.name} onGone={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  );
}

interface WaitingProps {
  readonly name: string;
  readonly onGone: () => void;
}

function Waiting({ name, onGone }: WaitingProps) {
  const hive = useHive();
  const stored = useStored(name);
  const live = hive.state.value.messages;
  // The page holds the newest of the whole hive; what waits longer was asked for. The live row is newer.
  const all = new Map(
    [...stored, ...live.values()].map((message) => [message.id, live.get(message.id) ?? message]),
  );
  const waiting = [...all.values()]
    .filter(({ to, state }) => to === name && state !== "handled" && state !== "failed")
    .sort((a, b) => a.id.localeCompare(b.id));
  if (waiting.length === 0) return <Empty>nothing waits for {name}.</Empty>;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a link's Enter is a click
    <ul class="inbox-list" onClick={(event) => (event.target as Element).closest("a") !== null && onGone()}>
      {waiting.map((message) => (
        <li key={message.id}>
          <div class="line-head">
            <Party name={message.from} /> <Age at={message.created_at} />
            {message.priority !== "normal" && (
              <span class={`chip ${message.priority}`}>{message.priority}</span>
            )}
            <span class="grow" />
            <Ticks message={message} />
          </div>
          <Link to={messageRoute(message)} class="place-link">
            {snippet(message.body, 160)}
          </Link>
        </li>
      ))}
    </ul>
  );
}

const MOST = 200;

function useStored(name: string): readonly Message[] {
  const hive = useHive();
  const [stored, setStored] = useState<readonly Message[]>([]);
  useEffect(() => {
    let current = true;
    const ask = async (): Promise<void> => {
      const pages = await Promise.all(
        (["queued", "delivered", "read"] as const).map((state) =>
          hive.call(messageEndpoints.messages, { party: name, state, limit: MOST }),
        ),
      );
      if (current) setStored(pages.flatMap(({ messages }) => messages));
    };
    ask().catch(hive.fail);
    return () => {
      current = false;
    };
  }, [name, hive]);
  return stored;
}
