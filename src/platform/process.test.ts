import { describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import process from "node:process";
import { findByEnvTag, killTree, processAlive, processIdentity } from "./process.ts";
import { spawnChild } from "./spawn.ts";

const PATH = "/usr/bin:/bin";

async function tagged(script: string) {
  const tag = `HIVE_OWNER=${randomUUID()}`;
  const env = { PATH, HIVE_OWNER: tag.slice("HIVE_OWNER=".length) };
  const child = await spawnChild({ argv: ["sh", "-c", script], env, cwd: "/", detached: true });
  const output = child.stdout[Symbol.asyncIterator]();
  await output.next();
  return { tag, child };
}

describe("process identity", () => {
  test("is alive for ourselves, and not for another start of the same pid or another boot", () => {
    const me = processIdentity(process.pid);
    if (me === undefined) throw new Error("we do not exist");
    expect(processAlive(me)).toBe(true);
    expect(processAlive({ ...me, startTime: me.startTime - 1 })).toBe(false);
    expect(processAlive({ ...me, bootId: "another" })).toBe(false);
  });

  test("is that of a process whose name has blanks and brackets", async () => {
    const script = "printf ') x (' > /proc/self/comm; echo; exec sleep 60";
    const { child, tag } = await tagged(script);
    expect(processIdentity(child.pid)?.startTime).toBeGreaterThan(0);
    await killTree(tag, { graceMs: 2_000 });
  });

  test("ends with the process", async () => {
    const child = await spawnChild({ argv: ["sleep", "60"], env: { PATH }, cwd: "/" });
    const identity = processIdentity(child.pid);
    child.kill("SIGKILL");
    await child.exited;
    expect(identity !== undefined && processAlive(identity)).toBe(false);
  });
});

describe("env tag", () => {
  test("finds descendants that left the session, and only the exact entry", async () => {
    const { tag } = await tagged("setsid sleep 60 & sleep 60 & echo; wait");
    // setsid(1) forks or execs: two sleeps and the shell, whatever is in between.
    expect(findByEnvTag(tag).length).toBeGreaterThanOrEqual(3);
    expect(findByEnvTag(tag.slice(0, -1))).toEqual([]);
    expect(await killTree(tag, { graceMs: 2_000 })).toEqual([]);
    expect(findByEnvTag(tag)).toEqual([]);
  });

  test("kills what ignores SIGTERM after the grace", async () => {
    const { tag, child } = await tagged("trap '' TERM; echo; while :; do sleep 0.05; done");
    expect(await killTree(tag, { graceMs: 100 })).toEqual([]);
    expect((await child.exited).signal).toBe("SIGKILL");
  });

  test("lets go of what ends by itself within the grace", async () => {
    const { tag, child } = await tagged("trap 'exit 5' TERM; echo; while :; do sleep 0.02; done");
    expect(await killTree(tag, { graceMs: 5_000 })).toEqual([]);
    expect((await child.exited).code).toBe(5);
  });
});
