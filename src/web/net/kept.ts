/** What this browser keeps beyond the page. Storage may be forbidden: then it lives as long as the page. */
import { effect, type Signal, signal } from "@preact/signals";

export interface Kept {
  get(): string | undefined;
  set(value: string | undefined): void;
}

/** One word. */
export function keptText(key: string): Kept {
  let memory: string | undefined;
  return {
    get: () => {
      try {
        return localStorage.getItem(key) ?? undefined;
      } catch {
        return memory;
      }
    },
    set: (value) => {
      memory = value;
      try {
        if (value === undefined) localStorage.removeItem(key);
        else localStorage.setItem(key, value);
      } catch {
        // In memory only.
      }
    },
  };
}

/** A choice among words. */
export function keptChoice<T extends string>(key: string, options: readonly T[], usual: T): Signal<T> {
  const kept = keptText(key);
  const before = kept.get();
  const choice = signal(options.find((option) => option === before) ?? usual);
  effect(() => kept.set(choice.value));
  return choice;
}
