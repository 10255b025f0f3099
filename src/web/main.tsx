/** Composition root of the browser pages: credentials, hive, then the first drawing. */
import "./net/jitless.ts";
import { render } from "preact";
import { App } from "./app.tsx";
import { createHive, HiveProvider } from "./hive.ts";
import { findCredentials } from "./net/credentials.ts";
import { routeOf } from "./net/place.ts";
import { renewPush } from "./net/push.ts";

const hive = createHive(findCredentials());
const follow = (): void => {
  hive.route.value = routeOf(location.pathname, location.hash);
};
addEventListener("popstate", follow);
addEventListener("hashchange", follow);

const place = document.getElementById("app");
if (place !== null) {
  // What stood there until this script came.
  place.replaceChildren();
  render(
    <HiveProvider value={hive}>
      <App />
    </HiveProvider>,
    place,
  );
}

// Nobody waits for it, and where it fails the next visit tries again.
if (hive.mode === "hive" && hive.credentials.token.peek() !== undefined) renewPush(hive).catch(() => {});
