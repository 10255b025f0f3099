import { describe, expect, test } from "bun:test";
import { press, SHORTCUTS } from "./keys.ts";
import { fitting, misfit } from "./match.ts";

describe("the palette", () => {
  test("finds by letters in order and puts the nearest first", () => {
    const names = ["restart alice", "start alice", "alice", "stop hm1nd", "write to alice"];
    expect(fitting("alice", names, (name) => name)[0]).toBe("alice");
    expect(fitting("st al", names, (name) => name)[0]).toBe("start alice");
    expect(fitting("wta", names, (name) => name)).toEqual(["write to alice"]);
    expect(fitting("zz", names, (name) => name)).toEqual([]);
    expect(fitting(" ", names, (name) => name)).toEqual(names);
    expect(misfit("x", "alice")).toBeUndefined();
  });
});

describe("the keys", () => {
  test("are one press or two, none the beginning of another", () => {
    const singles = SHORTCUTS.filter(({ keys }) => keys.length === 1).map(({ keys }) => keys[0]);
    const firsts = SHORTCUTS.filter(({ keys }) => keys.length === 2).map(({ keys }) => keys[0]);
    expect(singles.filter((key) => firsts.includes(key))).toEqual([]);
    expect(new Set(SHORTCUTS.map(({ keys }) => keys.join(" "))).size).toBe(SHORTCUTS.length);
  });

  test("lead on only in their order", () => {
    expect(press("", "g")).toEqual({ waiting: "g" });
    expect(press("g", "i")).toMatchObject({ act: { go: { tab: "inbox" } } });
    expect(press("", "i")).toBeUndefined();
    expect(press("g", "?")).toEqual({ act: { open: "sheet" } });
  });
});
