import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type BreakAt, breakAt } from "../../../test/support/break-at.ts";
import { agentActor, OPERATOR } from "../../../test/support/broker-bed.ts";
import { type ConfigBed, configBed } from "../../../test/support/config-bed.ts";
import { fakeBackend } from "../../../test/support/fake-backend.ts";
import { until } from "../../../test/support/lifecycle-bed.ts";
import { systemClock } from "../../lib/clock.ts";
import { HiveError } from "../../wire/errors.ts";
import { type Backend, capabilities } from "../lifecycle/backend.ts";
import { processBackend } from "../lifecycle/backends/process.ts";

/** Agents are entries of a map, their git is real; limits are enforced, so that some changes need a restart. */
function halfFake(): Backend {
  const fake = fakeBackend();
  const { exec, configDirs } = processBackend({ clock: systemClock, path: process.env["PATH"] ?? "" });
  return {
    ...fake,
    capabilities: capabilities({ ...fake.capabilities, limits: true }),
    exec,
    ...(configDirs === undefined ? {} : { configDirs }),
  };
}

interface Story {
  readonly bed: ConfigBed;
  readonly breaks: BreakAt;
  readonly id: bigint;
}

const CHANGE = { model: "opus", limits: { tasks_max: 50 } } as const;

/** A hive with a request that waits. */
async function waiting(kind: "init" | "deploy"): Promise<Story> {
  const breaks = breakAt();
  const bed = await configBed(halfFake, { wrap: breaks.wrap });
  if (kind === "init") {
    const payload = { agent: "alice" };
    const request = { kind: "init_config", payload, description: "a repository" } as const;
    return { bed, breaks, id: (await bed.approvals.request(agentActor("alice"), request)).id };
  }
  await bed.init("alice");
  const sha = await bed.commit("alice", { "agent.json": CHANGE });
  return { bed, breaks, id: (await bed.ask("alice", sha)).id };
}

/** How many calls there are to break. */
async function callsOf(kind: "init" | "deploy"): Promise<readonly string[]> {
  const { bed, breaks, id } = await waiting(kind);
  await using _ = bed;
  breaks.arm("die", 0);
  expect(await bed.approve(id)).toMatchObject({ status: "approved" });
  return [...breaks.calls];
}

async function resume(bed: ConfigBed): Promise<void> {
  await bed.operations.resume();
  await bed.config.sweep();
  await bed.lifecycle.resume();
  await (await bed.approvals.resume()).ended;
}

/** What must be true at any end, whatever happened before. */
async function expectWhole(bed: ConfigBed, id: bigint): Promise<"approved" | "failed"> {
  const { status, note } = bed.approvals.get(id);
  const { config, deployed_id, deployed_sha } = bed.agents.record("alice");
  const { id: current, result } = (await bed.config.log("alice")).find((one) => one.current) ?? {};
  if (status === "failed") expect(note).not.toBe("");
  expect(["approved", "failed"]).toContain(status);
  expect(deployed_id === String(id)).toBe(status === "approved");
  // What is stored, what is tagged, what the agent reads and what it runs with are one and the same.
  expect(current === undefined ? null : String(current)).toBe(deployed_id);
  expect(result ?? "deployed").toBe("deployed");
  expect(JSON.stringify(bed.agentJson("alice"))).toBe(config);
  if (deployed_sha !== null)
    expect(JSON.parse((await bed.config.show("alice", undefined)).agent_json)).toEqual(JSON.parse(config));
  expect(bed.lifecycle.needsRestart("alice")).toBe(false);
  expect(bed.lifecycle.observe("alice").process).toBe("running");
  return status as "approved" | "failed";
}

for (const kind of ["init", "deploy"] as const) {
  const calls = await callsOf(kind);

  describe(`an approved ${kind === "init" ? "repository" : "commit"}`, () => {
    test("takes several steps, which are all broken below", () => {
      expect(calls.length).toBeGreaterThan(8);
      if (kind === "deploy") expect(calls).toContain("target.activate");
      else expect(calls).toContain("cages.exec");
    });

    for (const [index, call] of calls.entries()) {
      const step = `step ${index + 1}, ${call}`;

      test(`is deployed once or failed when the hive dies at ${step} [approval:once]`, async () => {
        const { bed: first, breaks, id } = await waiting(kind);
        breaks.arm("die", index + 1);
        await first.approvals.approve(OPERATOR, id, undefined);
        await until(() => breaks.broken);
        const bed = first.again();
        await using _ = bed;
        await resume(bed);
        const status = await expectWhole(bed, id);
        await expect(bed.approvals.approve(OPERATOR, id, undefined)).rejects.toMatchObject({
          code: "conflict",
        });
        // Another start finds nothing more to do.
        const before = bed.agents.record("alice");
        await (await bed.approvals.resume()).ended;
        expect(bed.agents.record("alice")).toEqual(before);
        if (status === "failed" && kind === "init") await bed.init("alice");
        const sha = await bed.commit("alice", { "agent.json": { model: "haiku" } });
        const { id: next } = await bed.ask("alice", sha);
        expect(await bed.approve(next)).toMatchObject({ status: "approved" });
        await expectWhole(bed, next);
      }, 30_000);

      test(`leaves what runs untouched, or is deployed, when ${step} throws [cfg:atomic]`, async () => {
        const { bed, breaks, id } = await waiting(kind);
        await using _ = bed;
        const before = bed.agents.record("alice");
        breaks.arm("throw", index + 1);
        await bed.approve(id);
        if ((await expectWhole(bed, id)) === "failed") expect(bed.agents.record("alice")).toEqual(before);
      }, 30_000);
    }
  });
}

describe("a deploy", () => {
  test("whose agent does not start with it is undone [cfg:atomic]", async () => {
    const backend = halfFake();
    let poisoned = false;
    const start: Backend["start"] = async (spec) => {
      if (poisoned && spec.limits.tasks_max === 50) throw new HiveError("unavailable", "too few tasks");
      return backend.start(spec);
    };
    await using bed = await configBed(() => ({ ...backend, start }));
    await bed.init("alice");
    const before = bed.agents.record("alice");
    const { id } = await bed.ask("alice", await bed.commit("alice", { "agent.json": CHANGE }));
    poisoned = true;
    expect(await bed.approve(id)).toMatchObject({ status: "failed", note: "too few tasks" });
    expect(bed.agents.record("alice")).toEqual(before);
    expect(bed.lifecycle.observe("alice").process).toBe("running");
    expect(bed.agentJson("alice").limits).toEqual({});
    expect((await bed.config.log("alice"))[0]).toMatchObject({
      id,
      result: "failed",
      reason: "too few tasks",
    });
  });

  test("is approved once, from however many doors, and cannot be denied while it runs [approval:once]", async () => {
    const go = Promise.withResolvers<void>();
    const target = (
      embedded: Parameters<NonNullable<Parameters<typeof configBed>[1]>["target"] & {}>[0],
    ) => ({
      ...embedded,
      prepare: () => go.promise,
    });
    await using bed = await configBed(halfFake, { target });
    await bed.init("alice");
    const { id } = await bed.ask("alice", await bed.commit("alice", { "agent.json": CHANGE }));
    const doors = ["host", "http"] as const;
    const both = await Promise.allSettled(
      doors.map((via) => bed.approvals.approve({ kind: "operator", via, who: via }, id, undefined)),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    await expect(bed.approvals.deny(OPERATOR, id, undefined)).rejects.toMatchObject({ code: "conflict" });
    go.resolve();
    expect(await bed.settled(id)).toMatchObject({ status: "approved" });
    expect((await bed.config.log("alice"))[0]?.tags.map(({ name }) => name)).toEqual([
      `proposal/${id}`,
      `approved/${id}`,
      `building/${id}`,
      `deployed/${id}`,
    ]);
  });

  test("is of the commit that was shown, whatever became of the work tree since [approval:pinned]", async () => {
    await using bed = await configBed(halfFake);
    await bed.init("alice");
    const sha = await bed.commit("alice", { "agent.json": CHANGE });
    const { id } = await bed.ask("alice", sha.slice(0, 8));
    expect(bed.approvals.get(id)).toMatchObject({ commit_ref: sha.slice(0, 8), fetched_sha: sha });
    await bed.sh(
      "alice",
      "git reset -q --hard HEAD~1; git reflog expire --expire=now --all; git gc -q --prune=now",
    );
    await bed.commit("alice", { "agent.json": { system_prompt: "something else" } });
    await bed.sh("alice", "rm -rf .git");
    await bed.approve(id);
    expect(bed.agents.record("alice").deployed_sha).toBe(sha);
    expect(bed.agents.get("alice").config).toMatchObject(CHANGE);
    expect(bed.agents.get("alice").config.system_prompt).toBeUndefined();
  });

  test("of a difference to what no longer runs is refused [approval:pinned]", async () => {
    await using bed = await configBed(halfFake);
    await bed.init("alice");
    const one = await bed.ask("alice", await bed.commit("alice", { "agent.json": { model: "opus" } }));
    const two = await bed.ask("alice", await bed.commit("alice", { "agent.json": { effort: "low" } }));
    await bed.approve(one.id);
    const end = await bed.approve(two.id);
    expect(end).toMatchObject({ status: "failed", note: expect.stringContaining("has changed since") });
    expect(bed.agents.get("alice").config.effort).toBeUndefined();
  });

  test("shows that it waits for a restart, until the agent has one", async () => {
    const target = (
      embedded: Parameters<NonNullable<Parameters<typeof configBed>[1]>["target"] & {}>[0],
    ) => ({
      ...embedded,
      activate: async () => {},
    });
    await using bed = await configBed(halfFake, { target });
    await bed.init("alice");
    const { id } = await bed.ask("alice", await bed.commit("alice", { "agent.json": CHANGE }));
    await bed.approve(id);
    const status = () => bed.agents.statuses().find(({ name }) => name === "alice");
    expect(status()).toMatchObject({ needs_update: true });
    await bed.lifecycle.restart(OPERATOR, "alice");
    expect(status()).toMatchObject({ needs_update: false });
  });

  test("of a destroyed agent is refused, and purging leaves no repository", async () => {
    await using bed = await configBed(halfFake);
    await bed.init("alice");
    const sha = await bed.commit("alice", { "agent.json": CHANGE });
    const { id } = await bed.ask("alice", sha, "hm1nd").catch(() => bed.ask("alice", sha));
    const { operation_id } = await bed.lifecycle.destroy(OPERATOR, { name: "alice", purge: true });
    await until(() => bed.operations.get(operation_id).state === "done");
    expect(existsSync(join(bed.dir, "agents/alice"))).toBe(false);
    expect(bed.approvals.list(false).find((one) => one.id === id)?.status).toBe("failed");
  });

  test("is not asked for without end", async () => {
    await using bed = await configBed(halfFake);
    const request = { kind: "init_config", payload: { agent: "alice" }, description: "again" } as const;
    for (let n = 0; n < 50; n++) await bed.approvals.request(agentActor("alice"), request);
    await expect(bed.approvals.request(agentActor("alice"), request)).rejects.toMatchObject({
      code: "limit",
    });
  });
});
