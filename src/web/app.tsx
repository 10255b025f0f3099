/** Which screen: login, dashboard or one agent. */
import { useEffect } from "preact/hooks";
import { AgentPage } from "./agent/page.tsx";
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
  const title = `${waiting > 0 ? `(${waiting}) ` : ""}${place}${place === "hyperhive" ? "" : " · hyperhive"}`;
  useEffect(() => {
    if (hive.mode === "hive") document.title = title;
  }, [title, hive.mode]);
}
