/** One word that this browser keeps. Storage may be forbidden: then it lives as long as the page. */

export interface Kept {
  get(): string | undefined;
  set(value: string | undefined): void;
}

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
