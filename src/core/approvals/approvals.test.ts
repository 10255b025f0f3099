import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { agentActor, OPERATOR } from "../../../test/support/broker-bed.ts";
import { type LifecycleBed, lifecycleBed, until } from "../../../test/support/lifecycle-bed.ts";
import { SpawnInput } from "../../wire/agents.ts";
import { ApprovalKind } from "../../wire/approvals.ts";
import type { RequestInput } from "../services.ts";

const MANAGER = agentActor("hm1nd");

async function bedWithManager(): Promise<LifecycleBed> {
  const bed = lifecycleBed();
  await bed.spawn("hm1nd");
  return bed;
}

function forSpawn(name: string, more: Partial<RequestInput> = {}): RequestInput {
  return { kind: "spawn", payload: SpawnInput.parse({ name }), description: `spawn "${name}"`, ...more };
}

/** What the manager was told by the hive. */
function told(bed: LifecycleBed): string[] {
  const { messages } = bed.bed.broker.list({ limit: 100 } as never);
  return messages.filter((one) => one.to === "hm1nd" && one.from === "system").map((one) => one.body);
}

const statusOf = (bed: LifecycleBed, id: bigint) => bed.approvals.list(true).find((one) => one.id === id);

describe("approvals", () => {
  test("a request waits; approving it carries it out and tells who asked", async () => {
    await using bed = await bedWithManager();
    const { id } = await bed.approvals.request(MANAGER, forSpawn("alice"));
    expect(bed.approvals.list(false)).toMatchObject([
      { id, agent: "hm1nd", kind: "spawn", status: "pending" },
    ]);
    expect(bed.agents.has("alice")).toBe(false);
    const approved = await bed.approvals.approve(OPERATOR, id, "go");
    expect(approved).toMatchObject({ status: "approved", note: "go" });
    await until(() => told(bed).length === 1);
    expect(told(bed)).toEqual([`Your request ${id} (spawn "alice") was approved and is done (note: go).`]);
    expect(bed.lifecycle.observe("alice").process).toBe("running");
    expect(bed.operations.get(approved.operation_id ?? "")).toMatchObject({ state: "done", agent: "alice" });
    expect(bed.approvals.list(false)).toEqual([]);
    const seen = bed.events
      .filter((event) => event.type === "approval")
      .map(({ approval }) => [approval.status, approval.resolved_by]);
    const by = "operator (host test)";
    expect(seen).toEqual([
      ["pending", undefined],
      ["approved", by],
      ["approved", by],
    ]);
  });

  test("an approval is carried out at most once, however often and quickly it is approved [approval:once]", async () => {
    await using bed = await bedWithManager();
    const { id } = await bed.approvals.request(MANAGER, forSpawn("alice"));
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, () => bed.approvals.approve(OPERATOR, id, undefined)),
    );
    expect(all.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    await until(() => told(bed).length === 1);
    expect(bed.backend.calls.filter((call) => call === "start alice")).toHaveLength(1);
    await expect(bed.approvals.approve(OPERATOR, id, undefined)).rejects.toMatchObject({
      code: "conflict",
      message: `approval "${id}" is approved already, by hivectl (test)`,
    });
  });

  test("one cut off by a crash before it had an effect is failed, and not carried out later [approval:once]", async () => {
    await using first = await bedWithManager();
    const { id } = await first.approvals.request(MANAGER, forSpawn("alice"));
    cutOff(first, id);
    const bed = first.restart();
    await bed.operations.resume();
    await bed.lifecycle.resume();
    await (await bed.approvals.resume()).ended;
    expect(statusOf(bed, id)).toMatchObject({ status: "failed" });
    expect(bed.agents.has("alice")).toBe(false);
    expect(told(bed)[0]).toContain("failed: the hive stopped while it was carried out");
    const again = bed.restart();
    await (await again.approvals.resume()).ended;
    expect(told(again)).toHaveLength(1);
    await again.lifecycle.close({ stopAgents: false });
  });

  test("one cut off after it had its effect stays approved [approval:once]", async () => {
    await using first = await bedWithManager();
    const { id } = await first.approvals.request(MANAGER, forSpawn("alice"));
    cutOff(first, id);
    await first.spawn("alice");
    const bed = first.restart();
    await (await bed.approvals.resume()).ended;
    expect(statusOf(bed, id)).toMatchObject({ status: "approved" });
    await bed.lifecycle.close({ stopAgents: false });
  });

  for (const added of [false, true]) {
    const title = added ? "after it was added stays approved, once" : "before it was added is failed";
    test(`a schedule cut off ${title} [approval:once]`, async () => {
      await using first = await bedWithManager();
      const payload = { agent: "hm1nd", cron: "0 9 * * *", body: "good morning", time_zone: "UTC" };
      const request = { kind: "schedule_prompt", payload, description: "each morning" } as const;
      const { id } = await first.approvals.request(MANAGER, request);
      cutOff(first, id);
      const { agent, ...plan } = payload;
      if (added) await first.bed.schedules.add(OPERATOR, { agent, ...plan, catch_up: "once" });
      const bed = first.restart();
      await (await bed.approvals.resume()).ended;
      expect(statusOf(bed, id)?.status).toBe(added ? "approved" : "failed");
      expect(bed.bed.schedules.list()).toHaveLength(added ? 1 : 0);
      await bed.lifecycle.close({ stopAgents: false });
    });
  }

  test("no agent can decide one, and only the manager can ask [approval:self]", async () => {
    await using bed = await bedWithManager();
    await bed.spawn("alice");
    const { id } = await bed.approvals.request(MANAGER, forSpawn("bob"));
    for (const actor of [MANAGER, agentActor("alice"), { kind: "system", part: "x" } as const]) {
      expect(() => bed.approvals.deny(actor, id, undefined)).toThrow("can be decided by the operator only");
      await expect(bed.approvals.approve(actor, id, undefined)).rejects.toMatchObject({ code: "forbidden" });
    }
    await expect(bed.approvals.request(agentActor("alice"), forSpawn("eve"))).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(bed.approvals.request(OPERATOR, forSpawn("eve"))).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(() => bed.approvals.cancel(agentActor("alice"), id)).toThrow('was asked for by "hm1nd"');
    expect(bed.approvals.list(true)).toHaveLength(1);
    expect(bed.agents.has("bob")).toBe(false);
  });

  test("what is asked for is checked at the request, and again when it runs", async () => {
    await using bed = await bedWithManager();
    await bed.spawn("alice");
    await expect(bed.approvals.request(MANAGER, forSpawn("alice"))).rejects.toMatchObject({
      code: "conflict",
    });
    const manager = {
      ...forSpawn("eve"),
      payload: SpawnInput.parse({ name: "eve", config: { role: "manager" } }),
    };
    await expect(bed.approvals.request(MANAGER, manager)).rejects.toMatchObject({ code: "forbidden" });
    const odd = { ...forSpawn("eve"), payload: { name: "..", shell: "rm" } };
    await expect(bed.approvals.request(MANAGER, odd)).rejects.toMatchObject({ code: "invalid" });
    const package_ = { ...forSpawn("eve"), payload: { name: "eve", config: { packages: ["rip grep"] } } };
    await expect(bed.approvals.request(MANAGER, package_)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining('"config.packages.0" is not right: a package is named as in nixpkgs'),
    });
    const { id } = await bed.approvals.request(MANAGER, forSpawn("bob"));
    await bed.spawn("bob");
    await bed.approvals.approve(OPERATOR, id, undefined);
    await until(() => statusOf(bed, id)?.status === "failed");
    expect(statusOf(bed, id)?.note).toContain('agent "bob" exists already');
    expect(told(bed).at(-1)).toContain('failed: agent "bob" exists already');
  });

  test("the same effect key asks once", async () => {
    await using bed = await bedWithManager();
    const more = { effect_key: "lease:request_spawn:hash:1" };
    const first = await bed.approvals.request(MANAGER, forSpawn("alice", more));
    const again = await bed.approvals.request(MANAGER, forSpawn("alice", more));
    expect(again.id).toBe(first.id);
    expect(bed.approvals.list(true)).toHaveLength(1);
  });

  test("denied and cancelled ones never run; the asker is told of a denial with its note", async () => {
    await using bed = await bedWithManager();
    const one = await bed.approvals.request(MANAGER, forSpawn("alice"));
    const two = await bed.approvals.request(MANAGER, forSpawn("bob"));
    expect(await bed.approvals.deny(OPERATOR, one.id, "not now")).toMatchObject({
      status: "denied",
      note: "not now",
    });
    expect(await bed.approvals.cancel(MANAGER, two.id)).toMatchObject({ status: "cancelled" });
    for (const { id } of [one, two]) {
      await expect(bed.approvals.approve(OPERATOR, id, undefined)).rejects.toMatchObject({
        code: "conflict",
      });
    }
    expect(told(bed)).toEqual([`Your request ${one.id} (spawn "alice") was denied (note: not now).`]);
    await expect(bed.approvals.approve(OPERATOR, 99n, undefined)).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("that are refused, or fail once approved, leave an audit row with the reason", async () => {
    await using bed = await bedWithManager();
    await expect(bed.approvals.request(MANAGER, forSpawn("hm1nd"))).rejects.toThrow("exists already");
    expect(bed.bed.audit.list(1)).toMatchObject([{ action: "refuse", actor: "hm1nd" }]);
    expect(bed.bed.audit.list(1)[0]?.detail).toContain("exists already");
    const { id } = await bed.approvals.request(MANAGER, forSpawn("alice"));
    bed.backend.failure = new Error("no");
    await bed.approvals.approve(OPERATOR, id, undefined);
    await until(() => statusOf(bed, id)?.status === "failed");
    expect(bed.bed.audit.list(1)).toMatchObject([
      { action: "fail", target: `approval ${id}`, actor_kind: "system" },
    ]);
  });

  test('field notes: orphan approvals: state dirs wiped, failed at the next look with "agent state dir missing", and kept', async () => {
    await using bed = await bedWithManager();
    const { id } = await bed.approvals.request(MANAGER, forSpawn("alice"));
    rmSync(`${bed.dir}/agents/hm1nd/state`, { recursive: true });
    expect(bed.approvals.list(false)).toMatchObject([
      { id, status: "failed", note: "agent state dir missing" },
    ]);
    await until(() => bed.approvals.list(false).length === 0);
    expect(statusOf(bed, id)).toMatchObject({ status: "failed", note: "agent state dir missing" });
    expect(bed.bed.audit.list(1)).toMatchObject([{ action: "fail", target: `approval ${id}` }]);
    await expect(bed.approvals.approve(OPERATOR, id, undefined)).rejects.toMatchObject({ code: "conflict" });
  });

  test("schedules and removals are carried out too", async () => {
    await using bed = await bedWithManager();
    await bed.spawn("alice");
    const payload = {
      agent: "alice",
      cron: "0 9 * * *",
      time_zone: "UTC",
      body: "morning",
      catch_up: "once",
    };
    const schedule = await bed.approvals.request(MANAGER, {
      kind: "schedule_prompt",
      payload,
      description: "daily",
    });
    await bed.approvals.approve(OPERATOR, schedule.id, undefined);
    await until(() => bed.bed.schedules.list().length === 1);
    expect(bed.bed.schedules.list()[0]).toMatchObject({
      agent: "alice",
      body: "morning",
      created_by: "hm1nd",
    });
    const removal = { kind: "destroy", payload: { name: "alice" }, description: "tidy" } as const;
    const destroy = await bed.approvals.request(MANAGER, removal);
    await bed.approvals.approve(OPERATOR, destroy.id, undefined);
    await until(() => told(bed).length === 2);
    expect(bed.agents.has("alice")).toBe(false);
  });

  test("what only a hive on NixOS can do says so when it is asked for", async () => {
    await using bed = await bedWithManager();
    const request = { kind: "update_meta_inputs", payload: {}, description: "x" } as const;
    await expect(bed.approvals.request(MANAGER, request)).rejects.toMatchObject({ code: "unsupported" });
    expect(ApprovalKind.options).toHaveLength(6);
    expect(bed.approvals.list(true)).toEqual([]);
  });

  test("fifty wait at most, so that the operator can read them", async () => {
    await using bed = await bedWithManager();
    const ask = (at: number) => bed.approvals.request(MANAGER, forSpawn(`agent-${at}`));
    for (let at = 0; at < 50; at++) await ask(at);
    await expect(ask(50)).rejects.toMatchObject({ code: "limit" });
    await bed.approvals.deny(OPERATOR, bed.approvals.list(false)[0]?.id ?? 0n, undefined);
    expect((await ask(50)).status).toBe("pending");
  });

  test("ids are 64 bits wide", async () => {
    await using bed = await bedWithManager();
    bed.bed.db.sqlite.exec(
      "insert into sqlite_sequence (name, seq) values ('approvals', 9223372036854775805)",
    );
    const { id } = await bed.approvals.request(MANAGER, forSpawn("alice"));
    expect(id).toBe(9223372036854775806n);
    expect(await bed.approvals.deny(OPERATOR, id, undefined)).toMatchObject({ id, status: "denied" });
  });
});

/** As a daemon leaves it that is killed right after the commit of an approval. */
function cutOff(bed: LifecycleBed, id: bigint): void {
  const { sqlite, clock } = bed.bed.db;
  sqlite
    .prepare("update approvals set status = 'approved', resolved_at = ?, settled = 0 where id = ?")
    .run(clock.now(), id);
}
