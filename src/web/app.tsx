/** Which screen: login, dashboard or one agent. */
import { useEffect, useRef } from "preact/hooks";
import { AgentPage } from "./agent/page.tsx";
import { ring, sound, titleBadge } from "./attention.ts";
import { Dashboard } from "./dashboard.tsx";
import { useHive } from "./hive.ts";
import { unreadMessages, waitingItems } from "./inbox-view.ts";
import { secretIn } from "./net/place.ts";
import { Overlays } from "./palette/overlays.tsx";
import { Login, TicketOver } from "./ui/login.tsx";
import { Toasts } from "./ui/toasts.tsx";

export function App() {
  return (
    <>
      <Screen />
      <Toasts />
    </>
  );
}

function Screen() {
  const hive = useHive();
  const out = hive.credentials.token.value === undefined;
  const route = hive.route.value;
  useTitle();
  useRing();
  if (out) return hive.mode === "hive" ? <Login /> : <TicketOver />;
  if (hive.mode === "harness") return <AgentPage name="" />;
  // A link with a fresh code is followed even by a browser that is logged in already: the code must not stay.
  if (secretIn(location.hash, "login") !== undefined) return <Login />;
  return (
    <>
      {route.page === "agent" ? (
        <AgentPage key={route.name} name={route.name} event={route.event} />
      ) : (
        <Dashboard tab={route.tab} detail={route.detail} />
      )}
      <Overlays />
    </>
  );
}

function useTitle(): void {
  const hive = useHive();
  const state = hive.state.value;
  const route = hive.route.value;
  const waiting = waitingItems(state).length + unreadMessages(state).length;
  const place = route.page === "agent" ? route.name : (state.info?.hive ?? "hyperhive");
  const badge = titleBadge.on.value && waiting > 0 ? `(${waiting}) ` : "";
  const title = `${badge}${place}${place === "hyperhive" ? "" : " · hyperhive"}`;
  useEffect(() => {
    if (hive.mode === "hive") document.title = title;
  }, [title, hive.mode]);
}

/** Something waits that did not wait a moment ago; what was there when the page came is no news. */
function useRing(): void {
  const state = useHive().state.value;
  const keys = waitingItems(state).map(({ key }) => key);
  const known = useRef<ReadonlySet<string> | undefined>(undefined);
  useEffect(() => {
    if (!state.loaded) return;
    const before = known.current;
    known.current = new Set(keys);
    if (before !== undefined && sound.on.peek() && keys.some((key) => !before.has(key))) ring();
  }, [state.loaded, keys.join(" ")]);
}
