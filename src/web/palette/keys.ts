/** Keys that work everywhere, as data: the sheet prints them, the listener obeys them. */
import type { Route, Tab } from "../net/place.ts";

export type KeyAct = { readonly go: Route } | { readonly open: "palette" | "sheet" };

export interface Shortcut {
  /** After each other; each is one press. */
  readonly keys: readonly string[];
  readonly what: string;
  readonly act: KeyAct;
}

const tab = (letter: string, to: Tab, what: string, detail = ""): Shortcut => ({
  ...{ keys: ["g", letter], what },
  act: { go: { page: "dashboard", tab: to, detail } },
});

/** Single keys: a browser may have them switched off (WCAG 2.1.4). */
export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ["?"], what: "this list", act: { open: "sheet" } },
  { keys: ["/"], what: "find: an agent, an action, words that were said", act: { open: "palette" } },
  tab("s", "swarm", "the swarm"),
  tab("i", "inbox", "what waits for you"),
  tab("m", "messages", "conversations"),
  tab("t", "schedule", "schedules and reminders"),
  tab("d", "deploys", "deployed configurations"),
  tab("l", "log", "the log"),
  tab("p", "settings", "settings"),
  tab("n", "swarm", "a new agent", "spawn"),
  tab("w", "messages", "write to any or all", "all"),
];

/** Keys of one place, told but not listened to here. */
export const LOCAL_KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["ctrl k", "the palette (⌘ k on a Mac), wherever you are, also while typing"],
  ["ctrl enter", "send what you have written"],
  ["esc", "close what is open"],
  ["tab", "to the next control; numbers of changed lines take comments"],
];

export type Pressed = { readonly act: KeyAct } | { readonly waiting: string } | undefined;

/** One press, after what was pressed right before. */
export function press(before: string, key: string): Pressed {
  const two = SHORTCUTS.find(({ keys }) => keys.length === 2 && keys[0] === before && keys[1] === key);
  if (two !== undefined) return { act: two.act };
  const one = SHORTCUTS.find(({ keys }) => keys.length === 1 && keys[0] === key);
  if (one !== undefined) return { act: one.act };
  return SHORTCUTS.some(({ keys }) => keys.length === 2 && keys[0] === key) ? { waiting: key } : undefined;
}
