import { describe, expect, test } from "bun:test";
import { fnv1a32, vncPort, webPort } from "./fnv1a.ts";

describe("fnv1a32", () => {
  test.each([
    ["", 0x811c9dc5],
    ["a", 0xe40c292c],
    ["foobar", 0xbf9cf968],
  ] as const)("gives the published value for %p", (text, hash) => {
    expect(fnv1a32(text)).toBe(hash);
  });

  test("hashes utf-8 bytes, not code units", () => {
    expect(fnv1a32("ä")).not.toBe(fnv1a32("\u00c3\u00a4"));
    expect(fnv1a32("ä")).toBe(fnv1aBytes([0xc3, 0xa4]));
  });
});

describe("field notes: web UI ports collide on hash: ports", () => {
  test("of known names are what the published scheme says", () => {
    expect(webPort("foobar")).toBe(8100 + (0xbf9cf968 % 900));
    expect(vncPort("foobar")).toBe(15900 + (0xbf9cf968 % 900));
  });

  test("stay in their ranges", () => {
    for (let i = 0; i < 2_000; i++) {
      expect(webPort(`agent-${i}`)).toBeWithin(8100, 9000);
      expect(vncPort(`agent-${i}`)).toBeWithin(15900, 16800);
    }
  });
});

function fnv1aBytes(bytes: readonly number[]): number {
  let hash = 2166136261n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 16777619n) & 0xffffffffn;
  return Number(hash);
}
