import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { findByEnvTag, killTree } from "../../src/platform/process.ts";
import { type Child, spawnChild } from "../../src/platform/spawn.ts";
import { type FakeCore, startFakeCore } from "../../test/support/fake-core.ts";
import { CLAUDE_BINARY } from "../../test/support/model-simulator/claude-process.ts";
import type { RuleInput } from "../../test/support/model-simulator/script.ts";
import { startModelSimulator } from "../../test/support/model-simulator/server.ts";
import { claudeTag } from "./claude/args.ts";

const SLOW = 20_000;
const MAIN = join(import.meta.dirname ?? ".", "../main.ts");

async function output(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

interface Bed extends AsyncDisposable {
  readonly core: FakeCore;
  readonly stateDir: string;
  start(): Promise<Child>;
}

async function startBed(rules: readonly RuleInput[]): Promise<Bed> {
  const home = mkdtempSync(join(tmpdir(), "hive-ag3nt-"));
  const model = await startModelSimulator({ maxSeconds: 60, rules });
  const core = await startFakeCore({ path: join(home, "hive.sock") });
  const stateDir = join(home, "state");
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    HIVE_AGENT: "alice",
    HIVE_AGENT_SOCKET: core.path,
    HYPERHIVE_STATE_DIR: stateDir,
    HIVE_CLAUDE: CLAUDE_BINARY,
    ...model.env(),
  };
  const children: Child[] = [];
  return {
    core,
    stateDir,
    start: async () => {
      const child = await spawnChild({ argv: [process.execPath, MAIN], cwd: home, env });
      children.push(child);
      return child;
    },
    [Symbol.asyncDispose]: async () => {
      for (const child of children) child.kill("SIGKILL");
      await Promise.all(children.map((child) => child.exited));
      await killTree(claudeTag(stateDir), { graceMs: 0 });
      await core[Symbol.asyncDispose]();
      await model.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

describe("hive-ag3nt", () => {
  test(
    "the whole program: a message, a command in its own shell tool, an answer, a clean stop",
    async () => {
      await using bed = await startBed([
        {
          when: { agent: "alice", last_user: "work" },
          tool_use: { name: "mcp__bash__run", input: { command: "echo from-$HIVE_AGENT" } },
        },
        { when: { tool_result: { contains: "from-alice" } }, say: "the shell answered" },
      ]);
      const { core } = bed;
      const child = await bed.start();
      const log = output(child.stderr);
      core.send("work");
      await core.until("the end", () => core.finishes.length === 1);
      expect(core.finishes[0]).toMatchObject({ outcome: "ok" });
      expect(core.finishes[0]?.digest).toContain("→ the shell answered");
      child.kill("SIGTERM");
      expect(await child.exited).toEqual({ code: 0, signal: undefined });
      expect(await log).not.toContain("error");
    },
    SLOW,
  );

  test(
    "killed in the middle of a turn: claude dies with it, and the next start handles the batch",
    async () => {
      await using bed = await startBed([
        {
          when: { last_user: "work" },
          tool_use: { name: "mcp__bash__run", input: { command: "sleep 60" } },
          times: 1,
        },
        { when: { last_user: "work" }, say: "done after all" },
      ]);
      const { core } = bed;
      const first = await bed.start();
      core.send("work");
      await core.until("the command runs", () =>
        core.reports.some(({ state }) => state.kind === "turn" && state.activity === "mcp__bash__run"),
      );
      first.kill("SIGKILL");
      await first.exited;
      const second = await bed.start();
      await core.until("the end", () => core.finishes.length === 1);
      expect(core.finishes[0]).toMatchObject({ outcome: "ok" });
      expect(core.finishes[0]?.digest).toContain("→ done after all");
      expect(findByEnvTag(claudeTag(bed.stateDir)).length).toBeLessThanOrEqual(1);
      second.kill("SIGTERM");
      expect((await second.exited).code).toBe(0);
      expect(findByEnvTag(claudeTag(bed.stateDir))).toEqual([]);
    },
    SLOW,
  );

  test(
    "a second harness for the same agent is refused",
    async () => {
      await using bed = await startBed([]);
      const first = await bed.start();
      await bed.core.until("the greeting", () => bed.core.hellos.length === 1);
      const second = await bed.start();
      const said = output(second.stderr);
      expect((await second.exited).code).toBe(5);
      expect(await said).toContain('another harness already runs agent "alice"');
      first.kill("SIGTERM");
      expect((await first.exited).code).toBe(0);
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
