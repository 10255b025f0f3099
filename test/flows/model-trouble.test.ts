// The model's side fails: no login, a limit, an overload. The agent says so, loses nothing, and goes on by itself.
import { describe, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { operatorWire } from "../../src/wire/wire.ts";
import { startHive } from "../support/start-hive.ts";

const FINE = [{ when: { agent: "alice" }, say: "fine" }];

describe("an agent without a valid login", () => {
  test.each(["unauthorized", "forbidden"] as const)(
    "says that it needs one (%s), keeps its messages, and goes on when it has it",
    async (error) => {
      const rules = [{ when: {}, error }];
      await using hive = await startHive({ rules, agents: [{ name: "alice" }] });
      const first = await hive.call(operatorWire.send, { to: "alice", body: "one" });
      const second = await hive.call(operatorWire.send, { to: "alice", body: "two" });
      await hive.waitFor(
        "it needs a login",
        ({ agents }) => agents.get("alice")?.state?.kind === "needs_login",
        40_000,
      );
      const { agent_statuses } = await hive.call(operatorWire.agentStatus, {});
      expect(agent_statuses[0]?.needs_login).toBe(true);
      const waiting = await hive.call(operatorWire.messages, { party: "alice", state: "queued" });
      expect(waiting.messages).toHaveLength(2);
      hive.simulator.setRules(FINE);
      // What an operator does after the login: nothing, or this.
      await hive.call(operatorWire.restart, { name: "alice" });
      for (const id of [...first.ids, ...second.ids])
        await hive.waitFor(
          `${id} is handled`,
          ({ messages }) => messages.get(id)?.state === "handled",
          40_000,
        );
      expect(hive.view.messages.get(first.ids[0] ?? "")?.reason).toBeUndefined();
    },
  );
});

describe("a subscription's limit", () => {
  test("parks the agent until the reset, then it goes on by itself", async () => {
    const rules = [
      {
        when: { agent: "alice" },
        error: "rate_limit" as const,
        rate_limit: { status: "rejected" as const, resets_in_s: 6 },
        times: 1,
      },
      ...FINE,
    ];
    await using hive = await startHive({ rules, agents: [{ name: "alice" }], login: "oauth" });
    const { ids } = await hive.call(operatorWire.send, { to: "alice", body: "work" });
    const row = await hive.waitFor("it is parked", ({ agents }) => {
      const alice = agents.get("alice");
      return alice?.state?.kind === "rate_limited" && alice;
    });
    expect(row.state).toHaveProperty("until");
    expect((await hive.call(operatorWire.message, { id: ids[0] ?? "" })).message.state).toBe("queued");
    await hive.waitFor(
      "it is handled",
      ({ messages }) => messages.get(ids[0] ?? "")?.state === "handled",
      40_000,
    );
  });
});

describe("a stream that is cut", () => {
  test("does not lose the turn", async () => {
    const rules = [
      {
        when: { agent: "alice" },
        say: "some words that are cut",
        cut: { after_events: 4, how: "rst" as const },
        times: 1,
      },
      ...FINE,
    ];
    await using hive = await startHive({ rules, agents: [{ name: "alice" }] });
    const { ids } = await hive.call(operatorWire.send, { to: "alice", body: "work" });
    await hive.waitFor(
      "it is handled",
      ({ messages }) => messages.get(ids[0] ?? "")?.state === "handled",
      40_000,
    );
  });
});

describe("a model that falls silent", () => {
  test("is interrupted after turn_idle_seconds, and the message is tried again", async () => {
    const stalled = { say: "I begin and", cut: { after_events: 3, how: "stall" as const }, times: 1 };
    const rules = [{ when: { agent: "alice" }, ...stalled }, ...FINE];
    const agents = [{ name: "alice", config: { turn_idle_seconds: 2 } }];
    await using hive = await startHive({ rules, agents });
    const { ids } = await hive.call(operatorWire.send, { to: "alice", body: "work" });
    await hive.waitFor(
      "it is handled",
      ({ messages }) => messages.get(ids[0] ?? "")?.state === "handled",
      40_000,
    );
    expect(hive.view.messages.get(ids[0] ?? "")?.redelivered).toBe(1);
    const { events } = await hive.call(operatorWire.journal, { name: "alice" });
    expect(JSON.stringify(events)).toContain("claude said nothing for 2 s");
  });
});

describe("a conversation", () => {
  test.each(["gone", "garbled"])(
    "that is %s on disk is begun anew, with a digest and a word about it",
    async (how) => {
      const agents = [{ name: "alice", config: { warm_seconds: 0 } }];
      await using hive = await startHive({ rules: FINE, agents });
      const work = async (body: string) => {
        const { ids } = await hive.call(operatorWire.send, { to: "alice", body });
        await hive.waitFor(
          "it is handled",
          ({ messages }) => messages.get(ids[0] ?? "")?.state === "handled",
          40_000,
        );
      };
      await work("remember the number 4711");
      await hive.waitFor("claude has gone", () => hive.processes.claudes("alice").length === 0);
      for (const file of transcripts(hive.stateDir)) {
        if (how === "gone") rmSync(file);
        else writeFileSync(file, "this is no transcript\n{]\n");
      }
      await work("go on");
      const last = hive.simulator.requests.findLast(({ agent }) => agent === "alice");
      expect(last?.turn).toBe(1);
      if (how === "garbled") expect(last?.lastUser).toContain("4711");
      await work("and on");
      expect(hive.simulator.requests.findLast(({ agent }) => agent === "alice")?.turn).toBe(2);
    },
  );
});

function transcripts(stateDir: string): string[] {
  const projects = join(stateDir, "agents/alice/claude/projects");
  return [...new Bun.Glob("*/*.jsonl").scanSync({ cwd: projects })].map((path) => join(projects, path));
}
