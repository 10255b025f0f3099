// The operator's own hands beside an agent: hivectl runs a program with the agent's rights and place.
import { describe, expect, test } from "bun:test";
import { operatorWire } from "../../src/wire/wire.ts";
import { puppetRules } from "../support/hive-rules.ts";
import { startHive } from "../support/start-hive.ts";

describe("a program beside an agent", () => {
  test("says what it wrote and how it ended, no shell in between, and is bounded in time", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [{ name: "alice" }] });
    const exec = (...argv: string[]) =>
      hive.call(operatorWire.exec, { name: "alice", argv, timeout_seconds: 1 });
    expect(await exec("echo", "$HOME; exit 1")).toMatchObject({ exit_code: 0, stdout: "$HOME; exit 1\n" });
    expect(await exec("sh", "-c", "echo no >&2; exit 3")).toMatchObject({ exit_code: 3, stderr: "no\n" });
    expect(await exec("sh", "-c", "yes | head -c 300000")).toMatchObject({ exit_code: 0, truncated: true });
    expect(await exec("sleep", "60")).toMatchObject({ timed_out: true });
    await expect(exec("no-such-program-here")).rejects.toThrow();
    const unknown = hive.call(operatorWire.exec, { name: "nobody", argv: ["true"] });
    await expect(unknown).rejects.toMatchObject({ code: "not_found" });
    const page = await hive.http();
    expect((await page.fetch("/api/v1/exec", { method: "POST" })).status).toBe(404);
  }, 60_000);
});
