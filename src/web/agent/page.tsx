/** One agent: header, live transcript, todos, composer. The same page in the dashboard and on the agent's own port. */
import { untracked } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { AgentRow } from "../../wire/agents.ts";
import { useHive } from "../hive.ts";
import type { Connection } from "../net/connection.ts";
import { ConnectionBanner } from "../ui/banner.tsx";
import { Empty, Mark } from "../ui/bits.tsx";
import { Link } from "../ui/link.tsx";
import { AgentComposer } from "./agent-composer.tsx";
import { Head } from "./head.tsx";
import { type Journal, openJournal } from "./journal.ts";
import { TodosPanel } from "./todos-panel.tsx";
import { TranscriptView } from "./transcript-view.tsx";

/** `name` is empty on the agent's own port: the port is the agent. */
export function AgentPage({ name, event }: { readonly name: string; readonly event?: number | undefined }) {
  const hive = useHive();
  const journal = useMemo(() => untracked(() => openJournal(hive, name)), [hive, name]);
  useEffect(() => journal.stop, [journal]);
  const row = hive.state.value.agents.get(name);
  useReconnect(journal, row?.connected ?? false);
  const shown = name === "" ? (journal.info.value?.agent ?? "agent") : name;
  useEffect(() => {
    if (hive.mode === "harness") document.title = `${shown} · hyperhive`;
  }, [shown, hive.mode]);
  if (hive.mode === "hive" && hive.state.value.loaded && row === undefined) return <Unknown name={name} />;
  return (
    <div class="agent-page">
      <Head name={shown} row={row} journal={journal} />
      <PageBanner journal={journal} row={row} />
      <div class="agent-body">
        <main class="agent-column" tabIndex={-1}>
          <TranscriptView journal={journal} name={shown} event={event} />
          <AgentComposer name={shown} journal={journal} />
        </main>
        <TodosPanel journal={journal} />
      </div>
    </div>
  );
}

/** A stream that waits out its backoff need not, once the agent is back. */
function useReconnect(journal: Journal, connected: boolean): void {
  useEffect(() => {
    if (connected && journal.connection.peek().kind === "lost") journal.restart();
  }, [connected, journal]);
}

/** The hive's own stream comes first: without it nothing here is fresh. An agent that is down is no disconnection. */
function PageBanner({ journal, row }: { readonly journal: Journal; readonly row: AgentRow | undefined }) {
  const hive = useHive();
  const down = row !== undefined && !row.connected;
  const own: Connection = journal.connection.value;
  const hives = hive.connection.value;
  if (hives.kind === "lost" || hives.kind === "ended")
    return (
      <ConnectionBanner
        connection={hives}
        onRetry={() => {
          hive.reconnect();
          journal.restart();
        }}
      />
    );
  if (row?.state?.kind === "needs_login" && !down)
    return (
      <div class="banner bad" role="status">
        <span>
          it needs a login at Claude: <code>hivectl doctor</code> prints the command{" "}
          <span class="dim">· messages wait for it</span>
        </span>
      </div>
    );
  if (down && own.kind === "lost")
    return (
      <div class="banner calm" role="status">
        <span>
          its harness is not running: the transcript shows when it is started{" "}
          <span class="dim">· messages wait for it</span>
        </span>
      </div>
    );
  return <ConnectionBanner connection={own} onRetry={journal.restart} />;
}

function Unknown({ name }: { readonly name: string }) {
  return (
    <main class="login">
      <div class="login-box">
        <Mark />
        <h1>no such agent</h1>
        <Empty command="hivectl agent list">there is no agent "{name}" in this hive.</Empty>
        <Link to={{ page: "dashboard", tab: "swarm", detail: "" }} class="button strong">
          to the swarm
        </Link>
      </div>
    </main>
  );
}
