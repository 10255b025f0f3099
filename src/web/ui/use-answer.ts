/** The newest answer to a question that changes while somebody types. */
import { useEffect, useState } from "preact/hooks";
import type { HiveError } from "../../wire/errors.ts";
import { asError } from "../net/connection.ts";

const PAUSE_MS = 200;

export interface Answer<T> {
  readonly value: T | undefined;
  readonly error: HiveError | undefined;
}

/** Asks when typing pauses; `ask` is what is asked, named by `key`. Nothing is asked for an empty key. */
export function useAnswer<T>(key: string, ask: () => Promise<T>): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ value: undefined, error: undefined });
  useEffect(() => {
    setAnswer({ value: undefined, error: undefined });
    if (key === "") return;
    let current = true;
    const timer = setTimeout(() => {
      ask().then(
        (value) => current && setAnswer({ value, error: undefined }),
        (thrown: unknown) => current && setAnswer({ value: undefined, error: asError(thrown) }),
      );
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [key]);
  return answer;
}
