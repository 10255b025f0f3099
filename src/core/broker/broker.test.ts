import { describe, expect, test } from "bun:test";
import { agentActor, brokerBed, OPERATOR } from "../../../test/support/broker-bed.ts";
import type { Lease } from "../../wire/link.ts";
import type { Actor } from "../services.ts";
import type { HiveBroker } from "./broker.ts";

const forever = (): AbortSignal => new AbortController().signal;

function say(broker: HiveBroker, from: Actor, to: string, body: string) {
  return broker.send(from, { to, body, priority: "normal" });
}

function take(broker: HiveBroker, agent: string, boot = `${agent}-boot-1`): Promise<Lease> {
  return broker.lease(agent, { boot_id: boot, max: 20, signal: forever() });
}

const bodies = (lease: Lease): string[] => lease.messages.map((message) => message.body);

describe("send", () => {
  test("is in the inbox, queued, and comes out as a lease", async () => {
    using bed = brokerBed();
    const { ids } = await say(bed.broker, OPERATOR, "alice", "hello");
    expect(bed.broker.get(ids[0] ?? "").state).toBe("queued");
    expect(bed.broker.counts("alice")).toEqual({ queued: 1, in_turn: 0 });
    const lease = await take(bed.broker, "alice");
    expect(bodies(lease)).toEqual(["hello"]);
    expect(lease.attempt).toBe(1);
    expect(bed.broker.counts("alice")).toEqual({ queued: 0, in_turn: 1 });
    await bed.broker.read("alice", lease.id, ids);
    expect(bed.broker.get(ids[0] ?? "").state).toBe("read");
    await bed.broker.finish("alice", { lease_id: lease.id, outcome: "ok" });
    expect(bed.broker.get(ids[0] ?? "").state).toBe("handled");
    expect(bed.broker.counts("alice")).toEqual({ queued: 0, in_turn: 0 });
  });

  test("wakes a harness that waits", async () => {
    using bed = brokerBed();
    const waiting = take(bed.broker, "alice");
    await say(bed.broker, agentActor("bob"), "alice", "now");
    expect(bodies(await waiting)).toEqual(["now"]);
  });

  test("to somebody unknown fails at once and names them", async () => {
    using bed = brokerBed();
    await expect(say(bed.broker, OPERATOR, "carol", "x")).rejects.toMatchObject({
      code: "not_found",
      message: 'there is no agent "carol"',
      hint: "hivectl agent list",
    });
  });

  test("beyond the allowed recipients is forbidden; operator and manager are always allowed", async () => {
    using bed = brokerBed();
    bed.allowed.set("bob", []);
    await expect(say(bed.broker, agentActor("bob"), "alice", "x")).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(say(bed.broker, agentActor("bob"), "all", "x")).rejects.toMatchObject({ code: "forbidden" });
    await say(bed.broker, agentActor("bob"), "operator", "x");
    await say(bed.broker, agentActor("bob"), "hm1nd", "x");
  });

  test("with a known idempotency key stores nothing and returns the first ids [msg:no-dup]", async () => {
    using bed = brokerBed();
    const input = { to: "all", body: "x", priority: "normal", idempotency_key: "k" } as const;
    const first = await bed.broker.send(OPERATOR, input);
    const [again, other] = await Promise.all([
      bed.broker.send(OPERATOR, { ...input, body: "changed" }),
      bed.broker.send(agentActor("alice"), input),
    ]);
    expect(first.ids).toHaveLength(3);
    expect(again).toEqual({ ids: first.ids, repeated: true });
    expect(other.repeated).toBe(false);
    const after = await bed.restart().broker.send(OPERATOR, input);
    expect(after).toEqual({ ids: first.ids, repeated: true });
  });

  test("to all reaches everybody but the sender", async () => {
    using bed = brokerBed();
    const { ids } = await say(bed.broker, agentActor("bob"), "all", "x");
    expect(ids.map((id) => bed.broker.get(id).to).sort()).toEqual(["alice", "hm1nd"]);
  });

  test("to the operator is delivered at once and handled by acknowledging", async () => {
    using bed = brokerBed();
    const { ids } = await say(bed.broker, agentActor("bob"), "operator", "x");
    expect(bed.broker.get(ids[0] ?? "").state).toBe("delivered");
    expect(await bed.broker.acknowledge(OPERATOR, ids)).toBe(1);
    expect(await bed.broker.acknowledge(OPERATOR, ids)).toBe(0);
    expect(bed.broker.get(ids[0] ?? "").state).toBe("handled");
    await expect(bed.broker.acknowledge(agentActor("bob"), ids)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("one agent cannot close an inbox to the others", async () => {
    using bed = brokerBed({ names: ["hm1nd", "alice", "bob", "carol"] });
    const flood = Array.from({ length: 10_000 }, (_, n) =>
      say(bed.broker, agentActor("bob"), "alice", `${n}`),
    );
    const results = await Promise.allSettled(flood);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1_000);
    expect(results.findIndex(({ status }) => status === "rejected")).toBe(1_000);
    expect(results[5_000]).toMatchObject({ reason: { code: "limit" } });
    await say(bed.broker, agentActor("carol"), "alice", "still open");
    await say(bed.broker, OPERATOR, "alice", "still open");
    expect(bed.broker.counts("alice").queued).toBe(1_002);
    await bed.broker.finish("alice", { lease_id: (await take(bed.broker, "alice")).id, outcome: "ok" });
    await say(bed.broker, agentActor("bob"), "alice", "room again");
  });

  test("an inbox holds 10,000 messages and says so", async () => {
    using bed = brokerBed();
    await Promise.all(Array.from({ length: 10_000 }, (_, n) => say(bed.broker, OPERATOR, "alice", `${n}`)));
    await expect(say(bed.broker, OPERATOR, "alice", "one more")).rejects.toMatchObject({ code: "limit" });
    expect(bed.broker.counts("alice").queued).toBe(10_000);
  });
});

describe("an effect", () => {
  test("happens once for each key, also after a restart, and returns the first result", async () => {
    using bed = brokerBed();
    await say(bed.broker, OPERATOR, "alice", "x");
    const lease = await take(bed.broker, "alice");
    const input = {
      to: "bob",
      body: "hi",
      priority: "normal",
      lease_id: lease.id,
      effect_key: "k:send:1:0",
    } as const;
    const first = await bed.broker.send(agentActor("alice"), input);
    using again = bed.restart();
    expect(await again.broker.send(agentActor("alice"), input)).toEqual(first);
    expect(again.broker.counts("bob").queued).toBe(1);
    const big = { agent: "alice", effect_key: "n", tool: "t", summary: "s" };
    expect(await again.broker.once(big, () => ({ id: 7n, far: 2n ** 62n }))).toEqual({
      id: 7n,
      far: 2n ** 62n,
    });
    expect(await again.broker.once(big, () => ({ id: 8n, far: 0n }))).toEqual({ id: 7n, far: 2n ** 62n });
  });

  test("that throws is not remembered", async () => {
    using bed = brokerBed();
    const options = { agent: "alice", effect_key: "n", tool: "t", summary: "s" };
    const failing = bed.broker.once(options, (): number => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await bed.broker.once(options, () => 2)).toBe(2);
  });
});

describe("drop", () => {
  test("fails what waited for an agent that is gone, and tells the senders", async () => {
    using bed = brokerBed();
    const { ids } = await say(bed.broker, agentActor("bob"), "alice", "x");
    await bed.broker.drop("alice", 'the agent "alice" was destroyed');
    expect(bed.broker.get(ids[0] ?? "").state).toBe("failed");
    expect(bodies(await take(bed.broker, "bob"))[0]).toContain("destroyed");
    expect(bed.broker.counts("alice")).toEqual({ queued: 0, in_turn: 0 });
  });
});

describe("listing", () => {
  test("pages through a party's messages and a thread, newest first", async () => {
    using bed = brokerBed();
    for (let n = 0; n < 5; n++) await say(bed.broker, agentActor("bob"), "alice", `b${n}`);
    await say(bed.broker, agentActor("alice"), "bob", "answer");
    await say(bed.broker, OPERATOR, "alice", "o");
    const page = bed.broker.list({ party: "alice", with: "bob", limit: 2 });
    expect(page.messages.map(({ body }) => body)).toEqual(["answer", "b4"]);
    expect(page.more).toBe(true);
    const rest = bed.broker.list({ party: "alice", with: "bob", before: page.messages[1]?.id, limit: 50 });
    expect(rest.messages.map(({ body }) => body)).toEqual(["b3", "b2", "b1", "b0"]);
    expect(rest.more).toBe(false);
    expect(bed.broker.history("bob", { limit: 1 }).map(({ body }) => body)).toEqual(["answer"]);
  });

  test("new ids sort after old ones although the clock was set back", async () => {
    using bed = brokerBed();
    const { ids: before } = await say(bed.broker, OPERATOR, "alice", "x");
    bed.clock.jump(-86_400_000);
    using later = bed.restart();
    const { ids: after } = await say(later.broker, OPERATOR, "alice", "y");
    expect((after[0] ?? "") > (before[0] ?? "")).toBe(true);
  });
});
