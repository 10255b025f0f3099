import { describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { findByEnvTag, processIdentity } from "../../src/platform/process.ts";
import { startEngineBed } from "../../test/support/engine-bed.ts";

import { claudeTag } from "./claude/args.ts";

const SLOW = 20_000;

describe("engine, steered from outside", () => {
  test(
    "a restart of hive-c0re does not end the turn; its end is told afterwards",
    async () => {
      await using bed = await startEngineBed({
        rules: [
          {
            when: { last_user: "work" },
            tool_use: { name: "Bash", input: { command: "sleep 1; echo ready" } },
          },
        ],
      });
      const { core } = bed;
      core.send("work");
      await bed.saw("the tool", (data) => data.kind === "tool_use");
      core.drop();
      await core.until("the end", () => core.finishes.length === 1);
      expect(core.hellos[1]?.lease_id).toBe(core.finishes[0]?.lease_id ?? "none");
      expect(core.finishes[0]?.outcome).toBe("ok");
      expect((await bed.events()).filter((data) => data.kind === "turn_start")).toHaveLength(1);
    },
    SLOW,
  );

  test(
    "a lease that went elsewhere ends its turn",
    async () => {
      await using bed = await startEngineBed({
        rules: [{ when: { last_user: "work" }, tool_use: { name: "Bash", input: { command: "sleep 30" } } }],
      });
      const { core } = bed;
      core.send("work");
      await bed.saw("the tool", (data) => data.kind === "tool_use");
      core.leaseAnswer = "lost";
      core.drop();
      await core.until("the end", () => core.finishes.length === 1);
      expect(core.finishes[0]?.outcome).toBe("lost");
    },
    SLOW,
  );

  test(
    "claude that says nothing is interrupted, and the batch comes again",
    async () => {
      await using bed = await startEngineBed({
        config: { turn_idle_seconds: 1 },
        rules: [
          { when: { last_user: "work" }, say: "never comes", think_ms: 20_000, times: 1 },
          { when: { last_user: "work" }, say: "done" },
        ],
      });
      const { core } = bed;
      core.send("work");
      await core.until("both ends", () => core.finishes.length === 2);
      expect(core.finishes[0]).toMatchObject({ outcome: "error", reason: "claude said nothing for 1 s" });
      expect(core.finishes[1]?.outcome).toBe("ok");
    },
    SLOW,
  );

  test(
    "a batch that ended well before a crash is told again, not run again",
    async () => {
      await using bed = await startEngineBed({ rules: [{ when: {}, say: "hi" }] });
      const { core } = bed;
      core.push({ push: "interrupt", by: "operator", reason: "nothing runs" });
      const lease_id = "01J0000000000000000000000A";
      bed.journal.append({ kind: "turn_end", lease_id, outcome: "ok" });
      core.give(lease_id, "hello");
      await core.until("the end", () => core.finishes.length === 1);
      expect(core.finishes[0]).toMatchObject({ lease_id, outcome: "ok" });
      expect(bed.model.requests).toHaveLength(0);
    },
    SLOW,
  );

  test(
    "a claude that outlived its harness is gone before another one starts",
    async () => {
      await using bed = await startEngineBed({ rules: [{ when: {}, say: "hi" }] });
      const env = { PATH: process.env["PATH"], HIVE_CLAUDE_OF: bed.stateDir };
      const stray = spawn("sleep", ["4713"], { env, detached: true, stdio: "ignore" });
      await once(stray, "spawn");
      expect(findByEnvTag(claudeTag(bed.stateDir))).toHaveLength(1);
      bed.core.send("hello");
      await bed.core.until("the end", () => bed.core.finishes.length === 1);
      expect(stray.pid === undefined ? true : processIdentity(stray.pid) === undefined).toBe(true);
    },
    SLOW,
  );

  test(
    "compaction makes a summary of the conversation, and the next turn goes on from it",
    async () => {
      await using bed = await startEngineBed({
        rules: [
          { when: { compaction: true }, say: "<summary>they greeted</summary>" },
          { when: { history: "they greeted", last_user: "more" }, say: "from the summary" },
          { when: {}, say: "hi" },
        ],
      });
      const { core } = bed;
      core.send("hello");
      await core.until("the first end", () => core.finishes.length === 1);
      core.send("hello again");
      await core.until("the second end", () => core.finishes.length === 2);
      core.push({ push: "compact" });
      await bed.saw("the summary", (data) => data.kind === "notice" && data.text.includes("now a summary"));
      core.send("more");
      await core.until("the third end", () => core.finishes.length === 3);
      expect(core.finishes[2]?.digest).toContain("→ from the summary");
    },
    SLOW,
  );

  test(
    "a new session forgets the conversation",
    async () => {
      await using bed = await startEngineBed({
        rules: [
          { when: { history: "secret word", last_user: "what" }, say: "I remember" },
          { when: { last_user: "what" }, say: "no idea" },
        ],
      });
      const { core } = bed;
      core.send("the secret word");
      await core.until("the first end", () => core.finishes.length === 1);
      core.push({ push: "new_session" });
      await bed.saw("the notice", (data) => data.kind === "notice" && data.text.includes("new conversation"));
      core.send("what was it");
      await core.until("the second end", () => core.finishes.length === 2);
      expect(core.finishes[1]?.digest).toContain("→ no idea");
    },
    SLOW,
  );

  test(
    "another model is used from the next turn on",
    async () => {
      await using bed = await startEngineBed({ rules: [{ when: {}, say: "hi" }] });
      const { core } = bed;
      core.send("one");
      await core.until("the first end", () => core.finishes.length === 1);
      core.settings = { ...core.settings, model: "haiku" };
      core.push({ push: "settings", settings: core.settings });
      core.send("two");
      await core.until("the second end", () => core.finishes.length === 2);
      expect(bed.model.requests.map((request) => request.model.split("-").slice(0, 2).join("-"))).toEqual([
        "claude-sonnet",
        "claude-haiku",
      ]);
    },
    SLOW,
  );

  test(
    "a pause lets the turn end and keeps what comes; going on takes it",
    async () => {
      await using bed = await startEngineBed({ rules: [{ when: {}, say: "hi" }] });
      const { core } = bed;
      core.settings = { ...core.settings, paused: true };
      core.push({ push: "settings", settings: core.settings });
      await core.until("paused", () => core.reports.at(-1)?.state.kind === "paused");
      core.send("wait");
      core.settings = { ...core.settings, paused: false };
      core.push({ push: "settings", settings: core.settings });
      await core.until("the end", () => core.finishes.length === 1);
      expect(core.finishes[0]?.outcome).toBe("ok");
    },
    SLOW,
  );

  test(
    "no claude on this machine: the batch goes back uncounted, and the reason is shown",
    async () => {
      await using bed = await startEngineBed({ env: { HIVE_CLAUDE: "/nowhere/claude" } });
      const { core } = bed;
      core.send("hello");
      await core.until("the end", () => core.finishes.length >= 1);
      expect(core.finishes[0]?.outcome).toBe("lost");
      await core.until("the state", () => core.reports.some((report) => report.state.kind === "failed"));
      expect(core.finishes[0]?.reason).toContain("/nowhere/claude");
    },
    SLOW,
  );

  test(
    "a graceful stop lets the turn end first",
    async () => {
      await using bed = await startEngineBed({
        rules: [
          {
            when: { last_user: "work" },
            tool_use: { name: "Bash", input: { command: "sleep 1; echo ready" } },
          },
        ],
      });
      const { core } = bed;
      core.send("work");
      await bed.saw("the tool", (data) => data.kind === "tool_use");
      core.push({ push: "shutdown", graceful: true, grace_seconds: 10 });
      await bed.engine.stopped;
      expect(core.finishes.map((finish) => finish.outcome)).toEqual(["ok"]);
    },
    SLOW,
  );
});
