/** The frame around the tabs: navigation with counts, banners, the tab itself. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useHive } from "./hive.ts";
import { unreadMessages, waitingItems } from "./inbox-view.ts";
import { TABS, type Tab } from "./net/place.ts";
import { TAB_NAMES } from "./palette/entries.ts";
import { DeploysTab } from "./tabs/deploys/deploys-tab.tsx";
import { InboxTab } from "./tabs/inbox/inbox-tab.tsx";
import { LogTab } from "./tabs/log/log-tab.tsx";
import { MessagesTab } from "./tabs/messages/messages-tab.tsx";
import { ScheduleTab } from "./tabs/schedule/schedule-tab.tsx";
import { SettingsTab } from "./tabs/settings/settings-tab.tsx";
import { SwarmTab } from "./tabs/swarm/swarm-tab.tsx";
import { ConnectionBanner, IsolationBanner } from "./ui/banner.tsx";
import { Badge, Mark } from "./ui/bits.tsx";
import { FindButton } from "./ui/find-button.tsx";
import { Link } from "./ui/link.tsx";

export function Dashboard({ tab, detail }: { readonly tab: Tab; readonly detail: string }) {
  const hive = useHive();
  return (
    <div class="frame">
      <Rail tab={tab} />
      <div class="content">
        <ConnectionBanner connection={hive.connection.value} onRetry={hive.reconnect} />
        <IsolationBanner />
        <main class={`tab tab-${tab}`} aria-label={tab} tabIndex={-1}>
          {hive.state.value.loaded ? <TabBody tab={tab} detail={detail} /> : <Loading />}
        </main>
      </div>
    </div>
  );
}

function TabBody({ tab, detail }: { readonly tab: Tab; readonly detail: string }) {
  const bodies = {
    swarm: () => <SwarmTab asked={detail} />,
    inbox: () => <InboxTab asked={detail} />,
    messages: () => <MessagesTab asked={detail} />,
    schedule: () => <ScheduleTab />,
    deploys: () => <DeploysTab agent={detail} />,
    log: () => <LogTab />,
    settings: () => <SettingsTab />,
  } satisfies Record<Tab, () => ComponentChildren>;
  return <>{bodies[tab]()}</>;
}

function Loading() {
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" /> asking the hive…
    </p>
  );
}

function Rail({ tab }: { readonly tab: Tab }) {
  const hive = useHive();
  const state = hive.state.value;
  const rail = useRef<HTMLElement>(null);
  // On a phone the bar is wider than the screen.
  useEffect(() => {
    rail.current?.querySelector("[aria-current=page]")?.scrollIntoView({ inline: "nearest" });
  }, [tab]);
  const counts: Partial<Record<Tab, number>> = {
    inbox: waitingItems(state).length,
    messages: unreadMessages(state).length,
  };
  return (
    <nav class="rail" aria-label="tabs" ref={rail}>
      <div class="brand">
        <Mark />
        <div>
          <h1>{state.info?.hive ?? "hyperhive"}</h1>
          <Pulse />
        </div>
        <FindButton />
      </div>
      <ul>
        {TABS.map((item) => (
          <li key={item}>
            <Link to={{ page: "dashboard", tab: item, detail: "" }} class="tab-link" current={item === tab}>
              <span class="name" aria-hidden="true">
                {TAB_NAMES[item].name}
              </span>
              <span class="plain">{TAB_NAMES[item].plain}</span>
              <Badge n={counts[item] ?? 0} tone={item === "inbox" ? "warn" : "busy"} />
            </Link>
          </li>
        ))}
      </ul>
      <RailFoot />
    </nav>
  );
}

function Pulse() {
  const kind = useHive().connection.value.kind;
  const text = { live: "live", connecting: "connecting", lost: "reconnecting", ended: "disconnected" }[kind];
  return (
    <span class={`link-state ${kind}`}>
      <i aria-hidden="true" />
      {text}
    </span>
  );
}

function RailFoot() {
  const hive = useHive();
  const info = hive.state.value.info;
  if (info === undefined) return null;
  return (
    <footer>
      {info.demo && <p class="demo">demo: the model is a script</p>}
      <p>
        backend {info.backend}
        <br />
        {info.version} · {info.revision.slice(0, 7)}
      </p>
      <button type="button" class="button quiet" onClick={() => hive.credentials.forget()}>
        log out
      </button>
    </footer>
  );
}
