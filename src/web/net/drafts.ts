/** What was typed and not sent: survives a reload, a lost connection and a new login. */
import { effect, type Signal, signal } from "@preact/signals";

export interface Draft {
  readonly text: Signal<string>;
  /** The same until the message is accepted, so that a retry is not a second message. */
  readonly key: () => string;
  readonly sent: () => void;
}

export function draftStore(): (name: string) => Draft {
  const drafts = new Map<string, Draft>();
  return (name) => {
    const known = drafts.get(name);
    if (known !== undefined) return known;
    const draft = makeDraft(`hive-draft-${name}`);
    drafts.set(name, draft);
    return draft;
  };
}

function makeDraft(place: string): Draft {
  const text = signal(read(place));
  let key: string | undefined;
  effect(() => write(place, text.value));
  return {
    text,
    key: () => {
      key ??= randomKey();
      return key;
    },
    sent: () => {
      key = undefined;
      text.value = "";
    },
  };
}

/** Not randomUUID: that one needs a secure context, and a hive may be reached by plain http on a LAN. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function read(place: string): string {
  try {
    return sessionStorage.getItem(place) ?? "";
  } catch {
    return "";
  }
}

function write(place: string, text: string): void {
  try {
    if (text === "") sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, text);
  } catch {
    // No storage: the draft lives in memory.
  }
}
