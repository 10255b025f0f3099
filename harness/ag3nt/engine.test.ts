import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { findByEnvTag } from "../../src/platform/process.ts";
import { startEngineBed } from "../../test/support/engine-bed.ts";
import { claudeTag } from "./claude/args.ts";

const SLOW = 20_000;

describe("engine", () => {
  test(
    "a message becomes a turn; the next one finds claude warm",
    async () => {
      await using bed = await startEngineBed({
        rules: [
          { when: { last_user: "hello" }, say: "hello yourself" },
          { when: { last_user: "again" }, say: "still here" },
        ],
      });
      const { core } = bed;
      const first = core.send("hello");
      await core.until("the first end", () => core.finishes.length === 1);
      expect(core.finishes[0]).toMatchObject({ outcome: "ok" });
      expect(core.finishes[0]?.usage?.num_turns).toBe(1);
      expect(core.finishes[0]?.digest).toContain("→ hello yourself");
      expect(core.reads).toEqual([first.id]);
      core.send("again");
      await core.until("the second end", () => core.finishes.length === 2);
      const starts = (await bed.events()).filter((data) => data.kind === "turn_start");
      expect(starts.map((start) => start.session)).toEqual(["new", "warm"]);
      expect(starts[0]?.session_id).toBe(starts[1]?.session_id ?? "");
    },
    SLOW,
  );

  test(
    "a restarted harness resumes the conversation",
    async () => {
      await using bed = await startEngineBed({
        rules: [
          { when: { last_user: "hello" }, say: "hello yourself" },
          { when: { last_user: "again", history: "hello yourself" }, say: "I remember" },
        ],
      });
      const { core } = bed;
      core.send("hello");
      await core.until("the first end", () => core.finishes.length === 1);
      await bed.restart();
      core.send("again");
      await core.until("the second end", () => core.finishes.length === 2);
      expect(core.finishes[1]?.digest).toContain("→ I remember");
      const starts = (await bed.events()).filter((data) => data.kind === "turn_start");
      expect(starts.map((start) => start.session)).toEqual(["new", "resumed"]);
    },
    SLOW,
  );

  test(
    "an interrupt cuts the turn, and what claude started dies",
    async () => {
      const command = "setsid sleep 4711 & sleep 4712; echo never";
      await using bed = await startEngineBed({
        rules: [{ when: { last_user: "work" }, tool_use: { name: "Bash", input: { command } } }],
      });
      const { core } = bed;
      core.send("work");
      await until("the command runs", () => countProcesses("sleep 4712") > 0);
      core.push({ push: "interrupt", by: "operator", reason: "enough" });
      await core.until("the end", () => core.finishes.length === 1);
      expect(core.finishes[0]).toMatchObject({ outcome: "interrupted", reason: "operator: enough" });
      expect(countProcesses("sleep 4711") + countProcesses("sleep 4712")).toBe(0);
      core.send("go on");
      await core.until("the next end", () => core.finishes.length === 2);
      expect(core.finishes[1]?.outcome).toBe("ok");
    },
    SLOW,
  );

  test(
    "claude killed in the middle of a turn: the batch comes again and ends well",
    async () => {
      await using bed = await startEngineBed({
        rules: [
          {
            when: { last_user: "work" },
            say: "a long answer that takes its time",
            chunk_ms: 100,
            chunk_chars: 2,
            times: 1,
          },
          { when: { last_user: "work" }, say: "done at last" },
        ],
      });
      const { core } = bed;
      core.send("work");
      await bed.model.waitFor((request) => request.agent === undefined);
      const [claude] = findByEnvTag(claudeTag(bed.stateDir));
      if (claude === undefined) throw new Error("claude does not run");
      process.kill(claude.pid, "SIGKILL");
      await core.until("both ends", () => core.finishes.length === 2);
      expect(core.finishes.map((finish) => finish.outcome)).toEqual(["error", "ok"]);
      const starts = (await bed.events()).filter((data) => data.kind === "turn_start");
      // A claude that died this early may have stored nothing to resume: then the second attempt begins anew.
      expect([starts[0]?.attempt, starts.at(-1)?.attempt]).toEqual([1, 2]);
    },
    SLOW,
  );

  test(
    "a refused login parks the agent until the login changes; the message waits",
    async () => {
      await using bed = await startEngineBed({
        rules: [
          { when: { last_user: "hello" }, error: "forbidden", times: 1 },
          { when: { last_user: "hello" }, say: "logged in" },
        ],
      });
      const { core } = bed;
      core.send("hello");
      await core.until("the first end", () => core.finishes.length === 1);
      expect(core.finishes[0]?.outcome).toBe("needs_login");
      await core.until("the state", () => core.reports.at(-1)?.state.kind === "needs_login");
      mkdirSync(join(bed.home, ".claude"), { recursive: true });
      writeFileSync(join(bed.home, ".claude", ".credentials.json"), "{}");
      await core.until("the second end", () => core.finishes.length === 2);
      expect(core.finishes[1]?.outcome).toBe("ok");
    },
    SLOW,
  );

  test(
    "a subscription's limit parks the agent until it resets, then it goes on by itself",
    async () => {
      await using bed = await startEngineBed({
        login: "oauth",
        rules: [
          {
            when: { last_user: "hello" },
            error: "rate_limit",
            rate_limit: { status: "rejected", resets_in_s: 3 },
            times: 1,
          },
          { when: { last_user: "hello" }, say: "after the limit" },
        ],
      });
      const { core } = bed;
      core.send("hello");
      await core.until("the first end", () => core.finishes.length === 1);
      expect(core.finishes[0]?.outcome).toBe("rate_limited");
      const until = Date.parse(core.finishes[0]?.retry_at ?? "");
      await core.until("the second end", () => core.finishes.length === 2);
      expect(core.finishes[1]?.outcome).toBe("ok");
      expect(Date.now()).toBeGreaterThanOrEqual(until);
    },
    SLOW,
  );

  test(
    "a lost conversation is begun anew with a digest of the last messages",
    async () => {
      await using bed = await startEngineBed({
        rules: [
          { when: { last_user: "blue is my favourite" }, say: "I know it from the digest" },
          { when: { last_user: "hello" }, say: "blue is my favourite" },
        ],
      });
      const { core } = bed;
      core.send("hello");
      await core.until("the first end", () => core.finishes.length === 1);
      const old = bed.engine.sessions.id;
      await bed.engine.keeper.retire();
      await garble(bed.home, old);
      core.send("still there?");
      await core.until("the second end", () => core.finishes.length === 2);
      expect(core.finishes[1]).toMatchObject({ outcome: "ok" });
      expect(core.finishes[1]?.digest).toContain("I know it from the digest");
      const starts = (await bed.events()).filter((data) => data.kind === "turn_start");
      expect(starts.map((start) => start.session)).toEqual(["new", "resumed", "lost"]);
      expect(bed.engine.sessions.id).not.toBe(old);
    },
    SLOW,
  );

  test(
    "an urgent message joins the running turn at the next tool boundary",
    async () => {
      await using bed = await startEngineBed({
        rules: [
          {
            when: { last_user: "work" },
            tool_use: { name: "Bash", input: { command: "sleep 1; echo ready" } },
          },
          { when: { injected: "stop that" }, say: "I saw it" },
          { when: { tool_result: true }, say: "I did not see it" },
        ],
      });
      const { core } = bed;
      core.send("work");
      await bed.saw("the tool", (data) => data.kind === "tool_use");
      const urgent = core.sendUrgent("stop that");
      await core.until("the end", () => core.finishes.length === 1);
      expect(core.finishes[0]).toMatchObject({ outcome: "ok" });
      expect(core.finishes[0]?.digest).toContain("→ I saw it");
      expect(core.reads).toContain(urgent.id);
    },
    SLOW,
  );

  test(
    "one that comes while the last text streams is answered before the turn ends",
    async () => {
      await using bed = await startEngineBed({
        rules: [
          { when: { last_user: "late" }, say: "late answer" },
          {
            when: { last_user: "work" },
            say: "a slow text that goes on for a while",
            chunk_ms: 60,
            chunk_chars: 3,
          },
        ],
      });
      const { core } = bed;
      core.send("work");
      await core.until("the first is read", () => core.reads.length === 1);
      core.sendUrgent("late");
      await core.until("the end", () => core.finishes.length === 1);
      expect(core.finishes).toHaveLength(1);
      expect(core.reads).toHaveLength(2);
      expect(core.finishes[0]?.digest).toContain("→ late answer");
    },
    SLOW,
  );
});

async function until(what: string, look: () => boolean): Promise<void> {
  const limit = performance.now() + 15_000;
  while (!look()) {
    if (performance.now() > limit) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function countProcesses(command: string): number {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim() === command;
    } catch {
      return false;
    }
  }).length;
}

async function garble(home: string, id: string): Promise<void> {
  const projects = join(home, ".claude", "projects");
  for (const folder of readdirSync(projects)) writeFileSync(join(projects, folder, `${id}.jsonl`), "{{{{\n");
}
