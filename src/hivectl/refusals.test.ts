import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./testing.ts";

describe("hivectl without a hive", () => {
  test("says that it is not running when there is no socket, and where it looked", async () => {
    const state = mkdtempSync(join(tmpdir(), "hivectl-"));
    const { code, err } = await run(["list"], { env: { XDG_STATE_HOME: state } });
    expect(code).toBe(9);
    expect(err).toContain(`no socket at "/run/hyperhive/host.sock" or "${state}/hyperhive/run/host.sock"`);
    expect(err).toContain("./scripts/up, or systemctl start hive-c0re");
    rmSync(state, { recursive: true });
  });

  test("says that it is down when nobody listens any more", async () => {
    const directory = mkdtempSync(join(tmpdir(), "hivectl-"));
    const path = join(directory, "s");
    // A daemon that was killed leaves its socket behind; a plain file answers connect(2) alike.
    writeFileSync(path, "");
    const { code, err } = await run(["list", "--socket", path]);
    expect(err).toContain(`hive-c0re is down: nobody listens at "${path}"`);
    expect(code).toBe(9);
    rmSync(directory, { recursive: true });
  });

  test("does not wait for a hive that was never there", async () => {
    expect(await run(["watch", "--socket", "/nowhere/s"])).toMatchObject({ code: 9 });
  });
});

describe("hivectl's words", () => {
  test("are refused with the nearest right ones", async () => {
    expect((await run(["agent", "spwan", "x"])).err).toContain('did you mean "hivectl agent spawn"?');
    expect((await run(["agnet", "list"])).err).toContain('did you mean "hivectl agent"?');
    expect((await run(["spawn", "alice"])).err).toContain('did you mean "hivectl agent spawn"?');
    expect((await run(["pendign"])).err).toContain('did you mean "hivectl pending"?');
    expect((await run(["--jsno"])).code).toBe(2);
  });

  test("answer choom clearly", async () => {
    const { code, err } = await run(["agent", "alice", "choom", "--resume", "hive-session"]);
    expect(err).toContain("has no container to attach to");
    expect(code).toBe(6);
  });

  test("get help, of everything, a noun and a verb", async () => {
    expect(await run([])).toMatchObject({
      code: 0,
      out: expect.stringContaining("hivectl agent spawn alice"),
    });
    expect(await run(["agent"])).toMatchObject({ code: 2, out: "" });
    expect(await run(["agent", "--help"])).toMatchObject({ code: 0 });
    const help = await run(["message", "send", "--help"]);
    expect(await run(["help", "message", "send"])).toEqual(help);
    for (const line of help.out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("get the version before anything else", async () => {
    expect((await run(["--version"])).out).toMatch(/^hivectl \S+ \(\S+\)\n$/);
  });
});
