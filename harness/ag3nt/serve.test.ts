import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { spawnChild } from "../../src/platform/spawn.ts";
import { startFakeCore } from "../../test/support/fake-core.ts";
import { CLAUDE_BINARY } from "../../test/support/model-simulator/claude-process.ts";
import { startModelSimulator } from "../../test/support/model-simulator/server.ts";

const SLOW = 20_000;
const MAIN = join(import.meta.dirname, "../main.ts");

async function output(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

describe("hive-ag3nt", () => {
  test(
    "the whole program: a message, a command in its own shell tool, an answer, a clean stop",
    async () => {
      const home = mkdtempSync(join(tmpdir(), "hive-ag3nt-"));
      await using model = await startModelSimulator({
        maxSeconds: 60,
        rules: [
          {
            when: { agent: "alice", last_user: "work" },
            tool_use: { name: "mcp__bash__run", input: { command: "echo from-$HIVE_AGENT" } },
          },
          { when: { tool_result: { contains: "from-alice" } }, say: "the shell answered" },
        ],
      });
      await using core = await startFakeCore({ path: join(home, "hive.sock") });
      const child = await spawnChild({
        argv: [process.execPath, MAIN],
        cwd: home,
        env: {
          PATH: process.env["PATH"],
          HOME: home,
          HIVE_AGENT: "alice",
          HIVE_AGENT_SOCKET: core.path,
          HYPERHIVE_STATE_DIR: join(home, "state"),
          HIVE_CLAUDE: CLAUDE_BINARY,
          ...model.env(),
        },
      });
      const log = output(child.stderr);
      try {
        core.send("work");
        await core.until("the end", () => core.finishes.length === 1);
        expect(core.finishes[0]).toMatchObject({ outcome: "ok" });
        expect(core.finishes[0]?.digest).toContain("→ the shell answered");
      } finally {
        child.kill("SIGTERM");
      }
      expect(await child.exited).toEqual({ code: 0, signal: undefined });
      expect(await log).not.toContain("error");
      rmSync(home, { recursive: true, force: true });
    },
    SLOW,
  );

  test("says what is missing in one sentence, with the next command", async () => {
    const child = await spawnChild({ argv: [process.execPath, MAIN], cwd: "/", env: {} });
    const said = output(child.stderr);
    expect((await child.exited).code).toBe(2);
    expect(await said).toBe(
      'hive-ag3nt: environment variable "HIVE_AGENT" is not set\n  next: hive-ag3nt is started by hive-c0re: hivectl agent start NAME\n',
    );
  });

  test("hive-forge says that it comes later", async () => {
    const child = await spawnChild({
      argv: [process.execPath, MAIN, "hive-forge", "repo"],
      cwd: "/",
      env: {},
    });
    expect((await child.exited).code).toBe(6);
  });
});
