/** The token of this browser: localStorage for the hive (per origin), sessionStorage for an agent's own page. */
import { type Signal, signal } from "@preact/signals";
import { type Mode, secretIn } from "./place.ts";

const KEYS = { hive: "hive-token", harness: "hive-ticket" } as const satisfies Record<Mode, string>;

export interface Credentials {
  readonly mode: Mode;
  readonly token: Signal<string | undefined>;
  keep(token: string): void;
  /** `spent`: the token that was refused; a newer one (another tab logged in) stays. */
  forget(spent?: string): void;
}

/** Storage may be forbidden (private windows): then the token lives as long as the page. */
function storageOf(mode: Mode): Storage | undefined {
  try {
    return mode === "hive" ? localStorage : sessionStorage;
  } catch {
    return undefined;
  }
}

export function findCredentials(): Credentials {
  const ticket = secretIn(location.hash, "ticket");
  const kept = storageOf("harness")?.getItem(KEYS.harness) ?? undefined;
  const mode: Mode = ticket === undefined && kept === undefined ? "hive" : "harness";
  const storage = storageOf(mode);
  const key = KEYS[mode];
  const token = signal<string | undefined>(ticket ?? storage?.getItem(key) ?? undefined);
  const keep = (value: string): void => {
    storage?.setItem(key, value);
    token.value = value;
  };
  if (ticket !== undefined) {
    keep(ticket);
    dropHash();
  }
  window.addEventListener("storage", (event: StorageEvent) => {
    if (event.key === key) token.value = event.newValue ?? undefined;
  });
  return {
    mode,
    token,
    keep,
    forget: (spent) => {
      if (spent !== undefined && spent !== token.value) return;
      // The harness's mode is kept: this origin never becomes a hive.
      if (mode === "hive") storage?.removeItem(key);
      token.value = undefined;
    },
  };
}

/** A secret leaves the address bar and the history as soon as it is read. */
export function dropHash(): void {
  history.replaceState(history.state, "", location.pathname + location.search);
}
