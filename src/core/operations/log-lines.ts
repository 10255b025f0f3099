/**
 * The log of one operation: how it began and how it ends, however much is said in between. Lines keep their numbers,
 * so that who reads on sees what is new and what was left out.
 */
import type { OperationLine } from "../../wire/operations.ts";
import { plainLine } from "./plain-line.ts";

export interface LogLines {
  add(at: string, line: string): void;
  /** How many there were. */
  count(): number;
  /** Those kept, from a number on. */
  from(n: number): OperationLine[];
}

const HEAD_LINES = 50;
const TAIL_LINES = 1_000;
const TAIL_CHARS = 200_000;

export function logLines(): LogLines {
  const head: OperationLine[] = [];
  const tail: OperationLine[] = [];
  let count = 0;
  let chars = 0;
  return {
    add: (at, text) => {
      const line = plainLine(text);
      const kept = { n: count++, at, line };
      if (head.length < HEAD_LINES) {
        head.push(kept);
        return;
      }
      tail.push(kept);
      chars += line.length;
      while (tail.length > TAIL_LINES || chars > TAIL_CHARS) chars -= tail.shift()?.line.length ?? 0;
    },
    count: () => count,
    from: (n) => [...head, ...tail].filter((line) => line.n >= n),
  };
}
