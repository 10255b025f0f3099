import { describe, expect, test } from "bun:test";
import { createEffectKeys } from "./effect-keys.ts";

const call = (input: unknown, toolUseId?: string) => ({ scope: "L", tool: "send", input, toolUseId });

describe("effect keys", () => {
  test("count equal calls, whatever the order of their fields, and begin again with an attempt", () => {
    const keys = createEffectKeys();
    const first = [call({ a: 1, b: 2 }), call({ b: 2, a: 1 }), call({ a: 1 })].map(
      (each) => keys.take(each).key,
    );
    expect(new Set(first).size).toBe(3);
    expect(first[0]?.endsWith(":0")).toBe(true);
    expect(first[1]?.endsWith(":1")).toBe(true);
    keys.newAttempt();
    expect(keys.take(call({ a: 1, b: 2 })).key).toBe(first[0] ?? "");
  });

  test("stay the same for the same tool use", () => {
    const keys = createEffectKeys();
    expect(keys.take(call("x", "toolu_1")).key).toBe(keys.take(call("x", "toolu_1")).key);
    expect(keys.take(call("x", "toolu_2")).key.endsWith(":1")).toBe(true);
  });

  test("are given to the next equal call when the first was not confirmed", () => {
    const keys = createEffectKeys();
    const lost = keys.take(call("x"));
    lost.giveBack();
    expect(keys.take(call("x")).key).toBe(lost.key);
  });
});
