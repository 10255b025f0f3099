/** Equality as `toEqual` and `toMatchObject` mean it: absent and undefined are the same, and matchers may stand in. */
import { isDeepStrictEqual } from "node:util";

export type How = "equal" | "contains";

interface Asymmetric {
  asymmetric(actual: unknown): boolean;
}

export function matches(actual: unknown, expected: unknown, how: How): boolean {
  if (isAsymmetric(expected)) return expected.asymmetric(actual);
  if (Object.is(actual, expected)) return true;
  if (!isObject(actual) || !isObject(expected)) return false;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false;
    return expected.every((each, index) => matches(actual[index], each, how));
  }
  if (expected instanceof Error) return actual instanceof Error && actual.message === expected.message;
  if (!isPlain(expected)) return isDeepStrictEqual(actual, expected);
  const keys = new Set([...Object.keys(expected), ...(how === "equal" ? Object.keys(actual) : [])]);
  return [...keys].every((key) => matches(actual[key], expected[key], how));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isAsymmetric(value: unknown): value is Asymmetric {
  return isObject(value) && typeof value["asymmetric"] === "function";
}

function isPlain(value: object): boolean {
  return [Object.prototype, null].includes(Object.getPrototypeOf(value));
}
