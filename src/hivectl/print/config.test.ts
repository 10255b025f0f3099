import { describe, expect, test } from "bun:test";
import { fakeHive } from "../testing.ts";

const AT = "2026-11-23T11:58:00.000Z";
const SHA = "0123456789abcdef0123456789abcdef01234567";
const DIFF = '--- a/agent.json\n+++ b/agent.json\n@@ -1 +1 @@\n-{}\n+{"model":"\u001b[2Jopus"}\n';

const approval = {
  id: 7,
  agent: "alice",
  kind: "merge_config_pr",
  commit_ref: SHA.slice(0, 8),
  fetched_sha: SHA,
  requested_at: AT,
  status: "pending",
  description: "deploy it",
  payload: {
    agent: "alice",
    sha: SHA,
    subject: "use opus",
    stat: " agent.json | 2 +-",
    diff: DIFF,
    diff_bytes: 90,
  },
};

describe("hivectl config", () => {
  test("shows a change by its size in the list, and by its lines when asked", async () => {
    await using hive = await fakeHive({
      pending: { approvals: [approval] },
      approval_diff: { approval, stat: " agent.json | 2 +-", diff: DIFF },
    });
    const list = await hive.run(["pending"]);
    expect(list.out).toContain("agent.json | 2 +-");
    expect(list.out).toContain("hivectl approval show 7");
    expect(list.out).not.toContain("+{");
    const whole = await hive.run(["approval", "show", "7"]);
    expect(whole.out).toContain('\n-{}\n+{"model":"\u{fffd}[2Jopus"}');
    expect(whole.out).not.toContain("\u001b");
    expect(hive.requests.at(-1)).toMatchObject({ cmd: "approval_diff", id: 7 });
  });

  test("tells what ran, what failed and why, and what runs", async () => {
    const row = (id: number, more: Record<string, unknown>) => ({
      id,
      sha: SHA,
      subject: "use opus",
      result: "deployed",
      current: false,
      tags: [{ name: `deployed/${id}`, at: AT }],
      ...more,
    });
    await using hive = await fakeHive({
      config_log: {
        deployments: [
          row(9, { result: "proposed", status: "denied" }),
          row(8, { result: "failed", reason: "too few tasks" }),
          row(7, { current: true }),
        ],
      },
    });
    const { out } = await hive.run(["config", "log", "alice"]);
    const lines = out.trim().split("\n");
    expect(lines[1]).toMatch(/#9 .* denied .*use opus/);
    expect(lines[2]).toMatch(/#8 .* failed .*too few tasks/);
    expect(lines[3]).toMatch(/#7 .* runs .*0123456789ab/);
  });

  test("puts a deployment back and waits for it", async () => {
    const operation = {
      id: "01JDXM3V6T0000000000000000",
      kind: "merge_config_pr",
      agent: "alice",
      started_at: AT,
      log_lines: 0,
      log: [],
    };
    await using hive = await fakeHive({
      config_rollback: { approval: { ...approval, id: 12 }, operation_id: operation.id },
      watch_operation: [
        { operation: { ...operation, state: "running", step: "storing it" } },
        { operation: { ...operation, state: "done", step: "storing it" } },
      ],
    });
    const { code, out } = await hive.run(["config", "rollback", "alice", "7"]);
    expect({ code, out }).toEqual({ code: 0, out: '"alice" runs with configuration 7 again, as #12\n' });
    expect(hive.requests[0]).toMatchObject({ cmd: "config_rollback", name: "alice", to: 7 });
  });

  test("says on a terminal what a rollback changes, and asks", async () => {
    await using hive = await fakeHive({
      config_diff: { stat: " agent.json | 2 +-\u001b[2J", diff: DIFF },
      config_rollback: { approval: { ...approval, id: 12 }, operation_id: "01JDXM3V6T0000000000000000" },
    });
    const line = ["config", "rollback", "alice", "7", "--no-wait"];
    const no = await hive.run(line, { terminals: [0, 2], answer: "" });
    expect(no.code).toBe(130);
    expect(no.err).toContain("agent.json | 2 +-\u{fffd}[2J");
    expect(hive.requests).toMatchObject([{ cmd: "config_diff", from: "current", to: "deployed/7" }]);
    const yes = await hive.run(line, { terminals: [0, 2], answer: "y" });
    expect(yes.out).toContain("putting it back as #12");
    expect(await hive.run([...line, "--yes"], { terminals: [0, 2] })).toMatchObject({ code: 0 });
  });
});
