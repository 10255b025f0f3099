/**
 * ULIDs from an injected clock and random source: 26 characters that sort by time. One generator never gives a
 * smaller id than before, not even within a millisecond or after the wall clock went back.
 */
import type { Clock } from "./clock.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
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

/** Adds one in base 32; true when it ran over. */
function increment(digits: number[]): boolean {
  for (let i = digits.length - 1; i >= 0; i--) {
    const digit = (digits[i] ?? 0) + 1;
    digits[i] = digit % 32;
    if (digit < 32) return false;
  }
  return true;
}

/** A generator of ids; keep one per process. */
export function ulid(clock: Pick<Clock, "now">, random: () => number = secureRandom): () => string {
  let lastTime = -1;
  let digits: number[] = [];
  return () => {
    const now = Math.max(0, Math.floor(clock.now()));
    const fresh = now > lastTime;
    if (fresh || increment(digits)) {
      lastTime = fresh ? now : lastTime + 1;
      digits = Array.from({ length: RANDOM_LENGTH }, () => Math.floor(random() * 32));
    }
    return encodeTime(lastTime) + digits.map((digit) => ALPHABET.charAt(digit)).join("");
  };
}

/** The milliseconds an id was made at; undefined when it is not one. */
export function ulidTime(id: string): number | undefined {
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)) return undefined;
  let time = 0;
  for (const char of id.slice(0, TIME_LENGTH)) time = time * 32 + ALPHABET.indexOf(char);
  return time;
}
