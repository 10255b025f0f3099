// The model's side fails: no login, a limit, an overload. The agent says so, loses nothing, and goes on by itself.
import { describe, expect, test } from "bun:test";
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
