/**
 * Stands before every call that a flow makes to its parts, and breaks one of them: the daemon is gone there (nothing
 * after it ever happens), or the call throws. Counting first tells how many there are.
 */
export interface BreakAt {
  readonly wrap: <T extends object>(name: string, part: T) => T;
  /** From now on the `at`th call breaks; 0 only counts. */
  arm(how: "die" | "throw", at: number): void;
  /** Calls since it was armed. */
  readonly calls: readonly string[];
  /** The break has happened. */
  readonly broken: boolean;
}

export function breakAt(): BreakAt {
  let armed: { readonly how: "die" | "throw"; readonly at: number } | undefined;
  let calls: string[] = [];
  let broken = false;
  const before = (call: string): Promise<never> | undefined => {
    if (armed === undefined) return undefined;
    calls.push(call);
    if (calls.length !== armed.at) return undefined;
    const { how } = armed;
    broken = true;
    armed = undefined;
    if (how === "throw") throw new Error(`broken at ${call}`);
    return new Promise<never>(() => {});
  };
  return {
    // What a later daemon wraps is whole.
    wrap: (name, part) => (broken ? part : interpose(name, part, before)),
    arm: (how, at) => {
      armed = { how, at };
      calls = [];
      broken = false;
    },
    get calls() {
      return calls;
    },
    get broken() {
      return broken;
    },
  };
}

type Before = (call: string) => Promise<never> | undefined;

/** Calls that answer by a promise; the others do nothing that could be cut off. */
const DIRECT = new Set(["exists", "configDirs", "needsRestart"]);

function interpose<T extends object>(name: string, part: T, before: Before): T {
  return new Proxy(part, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== "function" || DIRECT.has(String(key))) return value;
      return async (...given: readonly unknown[]) => {
        await before(`${name}.${String(key)}`);
        return Reflect.apply(value, target, given);
      };
    },
  });
}
