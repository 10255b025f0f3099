/**
 * ULIDs from an injected clock and random source: 26 characters that sort by time. One generator never gives a
 * smaller id than before, not even within a millisecond or after the wall clock went back.
 */
import type { Clock } from "./clock.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const FIRST_DIGIT = ALPHABET.charAt(0);
const LAST_DIGIT = ALPHABET.charAt(31);
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/** Uniform in [0, 1), from the system's cryptographic source. */
export function secureRandom(): number {
  const word = new Uint32Array(1);
  crypto.getRandomValues(word);
  return (word[0] ?? 0) / 2 ** 32;
}

function encodeTime(ms: number): string {
  let left = ms;
  let text = "";
  for (let i = 0; i < TIME_LENGTH; i++) {
    text = ALPHABET.charAt(left % 32) + text;
    left = Math.floor(left / 32);
  }
  return text;
}

/** The text counted up by one in base 32, of the same length; undefined when it runs over. */
function successor(text: string): string | undefined {
  let end = text.length - 1;
  while (end >= 0 && text.charAt(end) === LAST_DIGIT) end -= 1;
  if (end < 0) return undefined;
  const next = ALPHABET.charAt(ALPHABET.indexOf(text.charAt(end)) + 1);
  return text.slice(0, end) + next + FIRST_DIGIT.repeat(text.length - 1 - end);
}

/** A generator of ids; keep one per process. */
export function ulid(clock: Pick<Clock, "now">, random: () => number = secureRandom): () => string {
  let lastTime = -1;
  let time = "";
  let tail: string | undefined;
  const renew = (ms: number): string => {
    lastTime = ms;
    time = encodeTime(ms);
    const digits = Array.from({ length: RANDOM_LENGTH }, () => ALPHABET.charAt(Math.floor(random() * 32)));
    return digits.join("");
  };
  return () => {
    const now = Math.max(0, Math.floor(clock.now()));
    tail = now > lastTime || tail === undefined ? renew(now) : (successor(tail) ?? renew(lastTime + 1));
    return time + tail;
  };
}

/** The milliseconds an id was made at; undefined when it is not one. */
export function ulidTime(id: string): number | undefined {
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)) return undefined;
  let time = 0;
  for (const char of id.slice(0, TIME_LENGTH)) time = time * 32 + ALPHABET.indexOf(char);
  return time;
}
