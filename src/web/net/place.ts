/** Where this page is: whose it is, below which path, and what its address asks for. Pure but for the reads. */

/** `hive`: served by hive-c0re. `harness`: the agent's own page on its own port, opened with a ticket. */
export type Mode = "hive" | "harness";

export type Tab = "swarm" | "inbox" | "messages" | "schedule" | "deploys" | "log" | "settings";
export const TABS: readonly Tab[] = ["swarm", "inbox", "messages", "schedule", "deploys", "log", "settings"];

export type Route =
  | { readonly page: "dashboard"; readonly tab: Tab; readonly detail: string }
  /** `event`: seq of an event of its journal. */
  | { readonly page: "agent"; readonly name: string; readonly event?: number };

const AGENT_PATH = /\/agent\/([^/]+)\/?$/;

/** Path of the dashboard without its last slash: "" at a root, "/hive" behind a proxy's path. */
export function basePath(pathname: string): string {
  return pathname.replace(AGENT_PATH, "/").replace(/\/[^/]*$/, "");
}

export function routeOf(pathname: string, hash: string): Route {
  const name = AGENT_PATH.exec(pathname)?.[1];
  if (name !== undefined) {
    const seq = /^#e(\d{1,15})$/.exec(hash)?.[1];
    return { page: "agent", name: decoded(name), ...(seq === undefined ? {} : { event: Number(seq) }) };
  }
  const [first = "", ...rest] = hash.replace(/^#/, "").split("/");
  const tab = TABS.find((known) => known === first) ?? "swarm";
  return { page: "dashboard", tab, detail: decoded(rest.join("/")) };
}

/** Anybody can write an address. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function routeUrl(route: Route, base: string): string {
  if (route.page === "agent")
    return `${base}/agent/${encodeURIComponent(route.name)}/${route.event === undefined ? "" : `#e${route.event}`}`;
  return `${base}/#${route.tab}${route.detail === "" ? "" : `/${encodeURI(route.detail)}`}`;
}

/** `#login=…` or `#ticket=…`. */
export function secretIn(hash: string, name: "login" | "ticket"): string | undefined {
  const value = new URLSearchParams(hash.replace(/^#/, "")).get(name);
  return value === null || value === "" ? undefined : value;
}

/** A pasted login: the code alone, or the whole link. */
export function codeFrom(pasted: string): string {
  const text = pasted.trim();
  const hash = text.indexOf("#");
  return (hash === -1 ? undefined : secretIn(text.slice(hash), "login")) ?? text;
}
