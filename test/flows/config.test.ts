// A configuration changes: the agent asks with its own tools, the operator approves, the hive is killed on the way.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { git } from "../../src/platform/git.ts";
import type { Approval } from "../../src/wire/approvals.ts";
import { operatorWire } from "../../src/wire/wire.ts";
import { puppetRules } from "../support/hive-rules.ts";
import { type Hive, startHive } from "../support/start-hive.ts";

const say = (hive: Hive, body: string) => hive.call(operatorWire.send, { to: "alice", body });

/** The newest request, once it waits. */
const pending = (hive: Hive): Promise<Approval> =>
  hive.waitFor("an approval waits", ({ approvals }) =>
    [...approvals.values()].find(({ status }) => status === "pending"),
  );

/** Decided and over: failed, or what it deployed runs; `pending` when the decision never arrived. */
async function ended(hive: Hive, id: bigint): Promise<string> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    const { approval } = await hive.call(operatorWire.approvalDiff, { id });
    if (approval.status !== "approved") return approval.status;
    const { deployments } = await hive.call(operatorWire.configLog, { name: "alice" });
    if (deployments.find((one) => one.id === id)?.result === "deployed") return "approved";
    await Bun.sleep(20);
  }
  throw new Error(`approval ${id} did not end`);
}

/** Edits, commits, and asks, all by the agent's own hands. */
async function propose(hive: Hive, model: string): Promise<string> {
  const edit = `sed -i 's/"role": "agent",.*/"role": "agent", "model": "${model}",/' agent.json`;
  const marker = `made ${model}`;
  await say(hive, `bash<<cd $HYPERHIVE_CONFIG_DIR && ${edit} && git commit -qam "${marker}" && echo done>>`);
  await hive.idle("alice");
  const cwd = join(hive.stateDir, "agents/alice/config/proposed");
  const head = async (): Promise<string> => {
    const { stdout } = await git({ cwd, args: ["-c", "safe.directory=*", "log", "-1", "--format=%H %s"] });
    return stdout.trim();
  };
  const deadline = performance.now() + 20_000;
  while (!(await head()).endsWith(marker)) {
    if (performance.now() > deadline) throw new Error(`alice did not commit: ${await head()}`);
    await Bun.sleep(50);
  }
  const sha = (await head()).slice(0, 40);
  await say(hive, `apply alice<<${sha}>>`);
  return sha;
}

describe("a configuration", () => {
  test("is changed by the agent's request, shown in full, deployed, and rolled back [approval:pinned]", async () => {
    await using hive = await startHive({
      backend: "auto",
      rules: puppetRules(),
      agents: [{ name: "alice" }],
    });
    await say(hive, "init alice<<to choose a model>>");
    const first = await pending(hive);
    expect(first).toMatchObject({ agent: "alice", kind: "init_config" });
    await hive.call(operatorWire.approve, { id: first.id });
    expect(await ended(hive, first.id)).toBe("approved");
    const sha = await propose(hive, "haiku");
    const asked = await pending(hive);
    expect(asked).toMatchObject({ kind: "merge_config_pr", fetched_sha: sha });
    const shown = await hive.call(operatorWire.approvalDiff, { id: asked.id });
    expect(shown.diff).toContain('+  "role": "agent", "model": "haiku",');
    expect((await hive.call(operatorWire.agent, { name: "alice" })).config.model).toBeUndefined();
    await hive.call(operatorWire.approve, { id: asked.id });
    expect(await ended(hive, asked.id)).toBe("approved");
    expect((await hive.call(operatorWire.agent, { name: "alice" })).config.model).toBe("haiku");
    const { agent_statuses } = await hive.call(operatorWire.agentStatus, {});
    expect(agent_statuses[0]).toMatchObject({ deployed_sha: sha.slice(0, 12), needs_update: false });
    const back = await hive.call(operatorWire.configRollback, { name: "alice", to: first.id });
    expect(await ended(hive, back.approval.id)).toBe("approved");
    expect((await hive.call(operatorWire.agent, { name: "alice" })).config.model).toBeUndefined();
    const { deployments } = await hive.call(operatorWire.configLog, { name: "alice" });
    expect(deployments.map(({ id, current }) => [id, current])).toEqual([
      [back.approval.id, true],
      [asked.id, false],
      [first.id, false],
    ]);
  }, 120_000);

  test("is deployed once or not at all, whenever hive-c0re is killed [approval:once] [cfg:atomic]", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [{ name: "alice" }] });
    await say(hive, "init alice<<to choose a model>>");
    const first = await pending(hive);
    await hive.call(operatorWire.approve, { id: first.id });
    expect(await ended(hive, first.id)).toBe("approved");
    for (const [at, delayMs] of [0, 8, 20, 45, 90].entries()) {
      const { config: before } = await hive.call(operatorWire.agent, { name: "alice" });
      const sha = await propose(hive, `model-${at}`);
      const { id } = await pending(hive);
      const approving = hive.call(operatorWire.approve, { id }).catch(() => undefined);
      await Bun.sleep(delayMs);
      await hive.kill9("core");
      await approving;
      await hive.startCore();
      let status = await ended(hive, id);
      // Killed before the approval was stored: it waits as if nobody had said anything.
      if (status === "pending") {
        await hive.call(operatorWire.approve, { id });
        status = await ended(hive, id);
      }
      const { config: after } = await hive.call(operatorWire.agent, { name: "alice" });
      expect(after.model, `killed after ${delayMs} ms: ${status}`).toBe(
        status === "approved" ? `model-${at}` : before.model,
      );
      const { deployments } = await hive.call(operatorWire.configLog, { name: "alice" });
      expect(deployments.find((one) => one.id === id)?.current ?? false).toBe(status === "approved");
      expect(deployments.filter((one) => one.sha === sha)).toHaveLength(1);
      await hive.idle("alice");
    }
  }, 180_000);
});
