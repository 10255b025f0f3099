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

describe("lease", () => {
  test("goes back in order when the harness crashed, with the same id and messages [msg:redeliver]", async () => {
    using bed = brokerBed();
    for (const body of ["1", "2", "3"]) await say(bed.broker, OPERATOR, "alice", body);
    const first = await take(bed.broker, "alice", "boot-a");
    await bed.broker.once(
      {
        agent: "alice",
        lease_id: first.id,
        effect_key: `${first.id}:send:x:0`,
        tool: "send",
        summary: "send to bob",
      },
      () => 1,
    );
    await say(bed.broker, OPERATOR, "alice", "4");
    expect(await bed.broker.attach("alice", "boot-b", undefined)).toBeUndefined();
    const second = await take(bed.broker, "alice", "boot-b");
    expect(second.id).toBe(first.id);
    expect(second.attempt).toBe(2);
    expect(bodies(second)).toEqual(["1", "2", "3"]);
    expect(second.messages[0]?.redelivered).toBe(1);
    expect(second.already_done.map(({ summary }) => summary)).toEqual(["send to bob"]);
    await bed.broker.finish("alice", { lease_id: second.id, outcome: "ok" });
    expect(bodies(await take(bed.broker, "alice", "boot-b"))).toEqual(["4"]);
  });

  test("is held over a reconnect of the same harness", async () => {
    using bed = brokerBed();
    await say(bed.broker, OPERATOR, "alice", "x");
    const lease = await take(bed.broker, "alice", "boot-a");
    bed.broker.detach("alice", 10_000);
    await bed.clock.advance(9_000);
    expect(await bed.broker.attach("alice", "boot-a", lease.id)).toBe("held");
    await bed.clock.advance(20_000);
    expect(bed.broker.counts("alice").in_turn).toBe(1);
  });

  test("returns after the grace, and is held again when its harness comes late", async () => {
    using bed = brokerBed();
    await say(bed.broker, OPERATOR, "alice", "x");
    const lease = await take(bed.broker, "alice", "boot-a");
    bed.broker.detach("alice", 10_000);
    await bed.clock.advance(10_001);
    expect(bed.broker.counts("alice")).toEqual({ queued: 1, in_turn: 0 });
    expect(await bed.broker.attach("alice", "boot-a", lease.id)).toBe("held");
    expect(bed.broker.counts("alice")).toEqual({ queued: 0, in_turn: 1 });
    expect(await bed.broker.attach("alice", "boot-b", lease.id)).toBe("lost");
    expect(bed.broker.counts("alice")).toEqual({ queued: 1, in_turn: 0 });
  });

  test("stays open while the daemon restarts, and waits thirty seconds for its harness [core:restart]", async () => {
    using old = brokerBed();
    await say(old.broker, OPERATOR, "alice", "x");
    await say(old.broker, OPERATOR, "bob", "y");
    const lease = await take(old.broker, "alice", "boot-a");
    await take(old.broker, "bob", "boot-b");
    using bed = old.restart();
    bed.start();
    await bed.clock.advance(20_000);
    expect(await bed.broker.attach("alice", "boot-a", lease.id)).toBe("held");
    await bed.clock.advance(11_000);
    expect(bed.broker.counts("alice").in_turn).toBe(1);
    expect(bed.broker.counts("bob")).toEqual({ queued: 1, in_turn: 0 });
  });

  test("waits at the gate until it opens", async () => {
    using bed = brokerBed();
    let paused = true;
    bed.broker.setGate(() => (paused ? "paused" : undefined));
    await say(bed.broker, OPERATOR, "alice", "x");
    const waiting = take(bed.broker, "alice");
    await bed.clock.advance(1_000);
    expect(bed.broker.counts("alice").queued).toBe(1);
    paused = false;
    bed.broker.wake("alice");
    expect(bodies(await waiting)).toEqual(["x"]);
  });

  test("that nobody waits for any more stays in the queue", async () => {
    using bed = brokerBed();
    const gone = new AbortController();
    const waiting = bed.broker.lease("alice", { boot_id: "boot-a", max: 20, signal: gone.signal });
    gone.abort();
    await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
    await say(bed.broker, OPERATOR, "alice", "x");
    expect(bed.broker.counts("alice").queued).toBe(1);
  });

  test("a message for later comes when it is due, also across a clock set forward", async () => {
    using bed = brokerBed();
    bed.start();
    const due = new Date(bed.clock.now() + 3_600_000).toISOString();
    await bed.broker.send(OPERATOR, { to: "alice", body: "later", priority: "normal", deliver_after: due });
    const { ids } = await bed.broker.send(agentActor("bob"), {
      ...{ to: "operator", body: "later", priority: "normal", deliver_after: due },
    });
    const waiting = take(bed.broker, "alice");
    await bed.clock.advance(1_000);
    expect(bed.broker.counts("alice").queued).toBe(1);
    expect(bed.broker.get(ids[0] ?? "").state).toBe("queued");
    bed.clock.jump(3_600_000);
    await bed.clock.advance(30_000);
    expect(bodies(await waiting)).toEqual(["later"]);
    expect(bed.broker.get(ids[0] ?? "").state).toBe("delivered");
  });
});

describe("finish", () => {
  const usage = {
    ...{ input_tokens: 1, output_tokens: 2, cache_read_tokens: 0, cache_write_tokens: 0 },
    ...{ cost_usd: 0.5, duration_ms: 10, num_turns: 1, context_tokens: 99 },
  };

  test("twice is as good as once", async () => {
    using bed = brokerBed();
    await say(bed.broker, OPERATOR, "alice", "x");
    const lease = await take(bed.broker, "alice");
    const end = { lease_id: lease.id, outcome: "ok", usage, digest: "looked at the moon" } as const;
    await bed.broker.finish("alice", end);
    const seq = bed.timeline.seq();
    await bed.broker.finish("alice", end);
    expect(bed.timeline.seq()).toBe(seq);
    expect(bed.usage.list({ limit: 10 })).toMatchObject({ total_cost_usd: 0.5, turns: [{ agent: "alice" }] });
    expect(bed.usage.costToday("alice")).toBe(0.5);
    expect(bed.usage.contextTokens("alice")).toBe(99);
    await bed.clock.advance(24 * 3_600_000);
    expect(bed.usage.costToday("alice")).toBe(0);
  });

  test("with an error gives the batch out again, three times, then tells sender and operator", async () => {
    using bed = brokerBed({ retryDelaysMs: [0, 0] });
    const { ids } = await say(bed.broker, agentActor("bob"), "alice", "poison");
    for (const attempt of [1, 2, 3]) {
      const lease = await take(bed.broker, "alice");
      expect(lease.attempt).toBe(attempt);
      await bed.broker.finish("alice", { lease_id: lease.id, outcome: "error", reason: "no" });
      await bed.broker.finish("alice", { lease_id: lease.id, outcome: "error", reason: "no" });
    }
    expect(bed.broker.get(ids[0] ?? "")).toMatchObject({ state: "failed" });
    const notice = await take(bed.broker, "bob");
    expect(notice.messages[0]).toMatchObject({ from: "system", origin: "system" });
    expect(notice.messages[0]?.body).toContain(ids[0] ?? "");
    expect(bed.broker.list({ party: "operator", limit: 10 }).messages).toHaveLength(1);
  });

  test("waits a little before a failed turn is tried again", async () => {
    using bed = brokerBed();
    bed.start();
    await say(bed.broker, OPERATOR, "alice", "x");
    const lease = await take(bed.broker, "alice");
    await bed.broker.finish("alice", { lease_id: lease.id, outcome: "error" });
    const again = take(bed.broker, "alice");
    await bed.clock.advance(900);
    expect(bed.broker.counts("alice").queued).toBe(1);
    await bed.clock.advance(200);
    expect((await again).attempt).toBe(2);
  });

  test("without login, at a rate limit or lost costs no attempt", async () => {
    using bed = brokerBed();
    bed.start();
    await say(bed.broker, OPERATOR, "alice", "x");
    for (const outcome of ["needs_login", "lost", "needs_login", "lost"] as const) {
      await bed.broker.finish("alice", { lease_id: (await take(bed.broker, "alice")).id, outcome });
    }
    const lease = await take(bed.broker, "alice");
    const retry_at = new Date(bed.clock.now() + 60_000).toISOString();
    await bed.broker.finish("alice", { lease_id: lease.id, outcome: "rate_limited", retry_at });
    const again = take(bed.broker, "alice");
    await bed.clock.advance(59_000);
    expect(bed.broker.counts("alice").queued).toBe(1);
    await bed.clock.advance(2_000);
    expect((await again).attempt).toBe(6);
  });

  test("of a returned lease counts when the turn ended well", async () => {
    using bed = brokerBed();
    const { ids } = await say(bed.broker, OPERATOR, "alice", "x");
    const lease = await take(bed.broker, "alice");
    await bed.broker.release("alice", "its process ended");
    expect(bed.broker.get(ids[0] ?? "")).toMatchObject({ state: "queued", reason: "its process ended" });
    await bed.broker.finish("alice", { lease_id: lease.id, outcome: "ok" });
    expect(bed.broker.get(ids[0] ?? "").state).toBe("handled");
  });

  test("of somebody else's lease is refused", async () => {
    using bed = brokerBed();
    await say(bed.broker, OPERATOR, "alice", "x");
    const lease = await take(bed.broker, "alice");
    await expect(bed.broker.finish("bob", { lease_id: lease.id, outcome: "ok" })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("a running turn", () => {
  test("takes in urgent messages after older ones of the same sender, and tells the door", async () => {
    using bed = brokerBed();
    const told: string[][] = [];
    bed.broker.onUrgent(({ messages }) => told.push(messages.map(({ body }) => body)));
    await say(bed.broker, OPERATOR, "alice", "begin");
    const lease = await take(bed.broker, "alice");
    await say(bed.broker, agentActor("bob"), "alice", "b1");
    await say(bed.broker, agentActor("hm1nd"), "alice", "h1");
    await bed.broker.send(agentActor("bob"), { to: "alice", body: "b2!", priority: "urgent" });
    expect(told).toEqual([["b1", "b2!"]]);
    expect(bed.broker.counts("alice")).toEqual({ queued: 1, in_turn: 3 });
    const more = await bed.broker.leaseMore("alice", lease.id, 10);
    expect(more.map(({ body }) => body)).toEqual(["h1"]);
  });

  test("gives back what joined it and was never read", async () => {
    using bed = brokerBed();
    await say(bed.broker, OPERATOR, "alice", "begin");
    const lease = await take(bed.broker, "alice");
    const seen = await bed.broker.send(OPERATOR, { to: "alice", body: "seen", priority: "urgent" });
    await bed.broker.send(OPERATOR, { to: "alice", body: "unseen", priority: "urgent" });
    await bed.broker.read("alice", lease.id, seen.ids);
    await bed.broker.finish("alice", { lease_id: lease.id, outcome: "ok" });
    expect(bed.broker.get(seen.ids[0] ?? "").state).toBe("handled");
    expect(bodies(await take(bed.broker, "alice"))).toEqual(["unseen"]);
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
