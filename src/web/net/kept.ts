/** A choice of this browser that outlives the page. */
import { effect, type Signal, signal } from "@preact/signals";

export function keptChoice<T extends string>(key: string, options: readonly T[], usual: T): Signal<T> {
  const choice = signal(read(key, options) ?? usual);
  effect(() => {
    const value = choice.value;
    try {
      localStorage.setItem(key, value);
    } catch {
      // No storage: the choice lives as long as the page.
    }
  });
  return choice;
}

function read<T extends string>(key: string, options: readonly T[]): T | undefined {
  try {
    const kept = localStorage.getItem(key);
    return options.find((option) => option === kept);
  } catch {
    return undefined;
  }
}
