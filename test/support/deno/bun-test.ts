/**
 * `bun:test` for `deno test`, as far as the suites use it that run on both: see deno.json beside it. Strict where
 * it matters: a matcher that is not here is undefined, and its test fails.
 */
import { isDeepStrictEqual } from "node:util";
import { matches } from "./matches.ts";

/** What is used of Deno here; the repository is type-checked with Bun's types. */
declare const Deno: {
  test(options: Readonly<Record<string, unknown>>): void;
  inspect(value: unknown, options: { readonly depth: number }): string;
};

type Body = () => unknown;

interface Group {
  readonly name: string;
  readonly before: Body[];
  readonly after: Body[];
}

const groups: Group[] = [{ name: "", before: [], after: [] }];
const inner = (): Group => groups.at(-1) as Group;

export function describe(name: string, body: () => void): void {
  groups.push({ name, before: [], after: [] });
  try {
    body();
  } finally {
    groups.pop();
  }
}

export const beforeEach = (hook: Body): void => void inner().before.push(hook);
export const afterEach = (hook: Body): void => void inner().after.push(hook);

function register(name: string, body: Body): void {
  const around = [...groups];
  const title = [...around.map((group) => group.name), name].filter((part) => part !== "").join(" > ");
  Deno.test({
    name: title,
    sanitizeOps: false,
    sanitizeResources: false,
    sanitizeExit: false,
    fn: async () => {
      for (const { before } of around) for (const hook of before) await hook();
      try {
        await body();
      } finally {
        for (const { after } of around.toReversed()) for (const hook of after) await hook();
      }
    },
  });
}

/** `%s`, `%p` and the like, one argument each. */
function titled(name: string, row: readonly unknown[]): string {
  let next = 0;
  return name.replace(/%[spdijo]/g, () => String(row[next++]));
}

export const test = Object.assign((name: string, body: Body) => register(name, body), {
  each:
    (rows: readonly unknown[]) =>
    (name: string, body: (...row: never[]) => unknown): void => {
      for (const each of rows) {
        const row = Array.isArray(each) ? each : [each];
        register(titled(name, row), () => body(...(row as never[])));
      }
    },
  skipIf: (skipped: boolean) => (skipped ? () => {} : register),
});

type Check = (actual: never, ...expected: never[]) => boolean;

const CHECKS = {
  toBe: (actual: unknown, expected: unknown) => Object.is(actual, expected),
  toEqual: (actual: unknown, expected: unknown) => matches(actual, expected, "equal"),
  toMatchObject: (actual: unknown, expected: unknown) => matches(actual, expected, "contains"),
  toBeUndefined: (actual: unknown) => actual === undefined,
  toBeDefined: (actual: unknown) => actual !== undefined,
  toBeNull: (actual: unknown) => actual === null,
  toBeInstanceOf: (actual: unknown, kind: new () => unknown) => actual instanceof kind,
  toHaveLength: (actual: { length: number }, length: number) => actual.length === length,
  toContain: (actual: string | unknown[], part: never) => actual.includes(part),
  toContainEqual: (actual: unknown[], part: unknown) => actual.some((each) => isDeepStrictEqual(each, part)),
  toMatch: (actual: string, part: RegExp | string) => new RegExp(part).test(actual),
  toStartWith: (actual: string, part: string) => actual.startsWith(part),
  toEndWith: (actual: string, part: string) => actual.endsWith(part),
  toBeGreaterThan: (actual: number, than: number) => actual > than,
  toBeGreaterThanOrEqual: (actual: number, than: number) => actual >= than,
  toBeLessThan: (actual: number, than: number) => actual < than,
  toBeLessThanOrEqual: (actual: number, than: number) => actual <= than,
  toBeWithin: (actual: number, from: number, to: number) => actual >= from && actual < to,
  toBeCloseTo: (actual: number, to: number, digits = 2) => Math.abs(actual - to) < 10 ** -digits / 2,
  toThrow: (actual: unknown, expected?: unknown) => threw(actual, expected),
} satisfies Record<string, Check>;

function threw(actual: unknown, expected: unknown): boolean {
  let error = actual;
  if (typeof actual === "function") {
    try {
      actual();
      return false;
    } catch (thrown) {
      error = thrown;
    }
  }
  const message = error instanceof Error ? error.message : String(error);
  if (expected === undefined) return error !== undefined;
  if (expected instanceof RegExp) return expected.test(message);
  if (typeof expected === "function") return error instanceof expected;
  return message.includes(expected instanceof Error ? expected.message : String(expected));
}

type Matchers = { readonly [name: string]: (...expected: unknown[]) => unknown };

function matchers(value: () => unknown, wanted: boolean): Matchers {
  const named = Object.entries(CHECKS).map(([name, check]) => {
    const judge = (actual: unknown, expected: unknown[]): void => {
      if ((check as (...given: unknown[]) => boolean)(actual, ...expected) === wanted) return;
      const said = [actual, ...expected].map((each) => Deno.inspect(each, { depth: 6 })).join("\n  ");
      throw new Error(`expect(…)${wanted ? "" : ".not"}.${name}:\n  ${said}`);
    };
    return [
      name,
      (...expected: unknown[]) => {
        const actual = value();
        if (!(actual instanceof Settled)) return judge(actual, expected);
        return actual.value.then((settled) => judge(settled, expected));
      },
    ] as const;
  });
  return Object.fromEntries(named);
}

/** What `rejects` and `resolves` wait for. */
class Settled {
  constructor(readonly value: Promise<unknown>) {}
}

async function rejection(promise: unknown): Promise<unknown> {
  try {
    await (typeof promise === "function" ? promise() : promise);
  } catch (thrown) {
    return thrown;
  }
  throw new Error("the promise was kept, not rejected");
}

export const expect = Object.assign(
  (actual: unknown) => ({
    ...matchers(() => actual, true),
    not: matchers(() => actual, false),
    get rejects() {
      return matchers(() => new Settled(rejection(actual)), true);
    },
    get resolves() {
      return matchers(() => new Settled(Promise.resolve(actual)), true);
    },
  }),
  {
    any: (kind: unknown) => ({ asymmetric: (actual: unknown) => isA(actual, kind) }),
    anything: () => ({ asymmetric: (actual: unknown) => actual !== undefined && actual !== null }),
    stringContaining: (part: string) => ({ asymmetric: (actual: unknown) => String(actual).includes(part) }),
    stringMatching: (part: RegExp) => ({ asymmetric: (actual: unknown) => part.test(String(actual)) }),
    objectContaining: (part: unknown) => ({
      asymmetric: (actual: unknown) => matches(actual, part, "contains"),
    }),
    arrayContaining: (parts: readonly unknown[]) => ({
      asymmetric: (actual: unknown) =>
        Array.isArray(actual) && parts.every((part) => actual.some((each) => matches(each, part, "equal"))),
    }),
  },
);

function isA(actual: unknown, kind: unknown): boolean {
  if (kind === String) return typeof actual === "string";
  if (kind === Number) return typeof actual === "number";
  return typeof kind === "function" && actual instanceof kind;
}
