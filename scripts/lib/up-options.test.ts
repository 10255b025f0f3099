import { describe, expect, test } from "bun:test";
import { readUpOptions, UsageError } from "./up-options.ts";

const env = { HOME: "/home/op" };

describe("scripts/up", () => {
  test("keeps its state in the user's state directory, the demo's apart", () => {
    expect(readUpOptions([], env).state).toBe("/home/op/.local/state/hyperhive");
    expect(readUpOptions(["--demo"], env).state).toBe("/home/op/.local/state/hyperhive-demo");
    expect(readUpOptions([], { ...env, XDG_STATE_HOME: "/s" }).state).toBe("/s/hyperhive");
  });

  test("takes state, port and backend", () => {
    expect(readUpOptions(["--state", "/x", "--port", "7100", "--backend=process"], env)).toEqual({
      demo: false,
      state: "/x",
      port: 7100,
      backend: "process",
    });
  });

  test.each(["--port 0", "--port x", "--demon", "extra", "--state"])("refuses %p with a sentence", (line) => {
    expect(() => readUpOptions(line.split(" "), env)).toThrow(UsageError);
  });
});
