import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ROOT } from "./paths.ts";
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

  // Without npm and Bun on the PATH it could not go on; it does not come that far.
  test.each([
    ["--demon", 'there is no option "--demon"'],
    ["extra", 'there is no option "extra"'],
    ["--demo --port 0", '--port takes a number from 1 to 65535, not "0"'],
    ["--port=65536", '--port takes a number from 1 to 65535, not "65536"'],
    ["--port 7x", '--port takes a number from 1 to 65535, not "7x"'],
    ["--state", "--state needs a value"],
    ["--state --demo", '--state needs a value, and "--demo" is an option'],
    ["--backend=podman", '--backend takes bubblewrap, process or auto, not "podman"'],
  ])("refuses %p before it installs or builds", (line, sentence) => {
    const { exitCode, stderr, stdout } = Bun.spawnSync([join(ROOT, "scripts/up"), ...line.split(" ")], {
      env: { PATH: "/bin:/usr/bin", HIVE_NO_INSTALL: "1" },
    });
    expect([exitCode, stderr.toString(), stdout.toString()]).toEqual([
      2,
      `error: ${sentence}; see ./scripts/up --help\n`,
      "",
    ]);
  });
});
