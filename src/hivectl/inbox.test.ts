import { describe, expect, test } from "bun:test";
import { agentRow, fakeHive } from "./testing.ts";

const AT = "2026-11-23T11:50:00.000Z";
const inbox = {
  approvals: [
    {
      id: 7,
      agent: "hm1nd",
      kind: "spawn",
      commit_ref: "",
      requested_at: AT,
      status: "pending",
      description: 'create "frank"',
    },
    { id: 8, agent: "hm1nd", kind: "destroy", commit_ref: "", requested_at: AT, status: "pending" },
  ],
  questions: [
    {
      ...{ id: "01JDAAAAAA0000000000000001", from: "alice", to: "operator", state: "open", asked_at: AT },
      question: `shall i?\n${"a long story ".repeat(12)}\u001b[2J`,
      choices: ["yes", "no"],
    },
  ],
  agents: [
    agentRow("carol", { state: { kind: "needs_login", reason: "the token is over" }, state_since: AT }),
  ],
  operations: [
    {
      ...{
        id: "01JDAAAAAA0000000000000002",
        kind: "merge_config_pr",
        agent: "bob",
        state: "failed",
        step: "",
      },
      ...{ error: "the build failed", started_at: AT, log_lines: 0, log: [] },
    },
  ],
};

describe("hivectl inbox", () => {
  test("lists everything that waits, riskiest first, within 80 columns, nothing of an agent's to run", async () => {
    await using hive = await fakeHive({ inbox });
    const { out } = await hive.run(["inbox"]);
    expect(out.split("\n").filter((line) => /^\S/.test(line))).toEqual([
      "approval #8: destroy  hm1nd  10m ago",
      "approval #7: spawn  hm1nd  10m ago",
      "needs login  carol  10m ago",
      "deploy failed  bob  10m ago",
      "question  alice  10m ago",
      "5 things waiting, riskiest first",
    ]);
    expect(out).toContain("→ hivectl approval show 7, then hivectl approve 7 or deny 7");
    expect(out).toContain('→ hivectl ask answer 00000001 "yes | no"');
    expect(out).not.toContain("\u001b");
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("says so when nothing waits", async () => {
    await using hive = await fakeHive({
      inbox: { approvals: [], questions: [], agents: [], operations: [] },
    });
    expect((await hive.run(["inbox"])).out).toBe("nothing waits for you\n");
  });
});

describe("an agent's name", () => {
  test("may come before the verb", async () => {
    const todos = [
      { id: "1", text: "write it", state: "done" },
      { id: "2", text: "test it", state: "doing" },
    ];
    await using hive = await fakeHive({ todos: { todos } });
    const { out } = await hive.run(["agent", "alice", "todos"]);
    expect(out).toBe("✓ write it\n▸ test it\n");
    expect(hive.requests).toEqual([{ cmd: "todos", name: "alice" }]);
  });
});

describe("hivectl notify", () => {
  test("fails where a test did not arrive, and where nobody is told", async () => {
    const delivery = (state: string, more: object = {}) => ({
      ...{ id: "01JDAAAAAA0000000000000003", kind: "test", subject: "test:1", channel: "ntfy", body: "" },
      ...{
        place: "ntfy.example.org",
        title: "hive can reach you",
        attempts: 1,
        created_at: AT,
        state,
        ...more,
      },
    });
    let deliveries = [delivery("sent")];
    await using hive = await fakeHive({ notify_test: () => ({ deliveries }) });
    expect((await hive.run(["notify", "test"])).code).toBe(0);
    deliveries = [delivery("sent"), delivery("failed", { reason: "answered 403" })];
    const failed = await hive.run(["notify", "test"]);
    expect(failed.code).toBe(1);
    expect(failed.out).toContain("hive can reach you: answered 403");
    deliveries = [];
    expect((await hive.run(["notify", "test"])).code).toBe(1);
  });
});
