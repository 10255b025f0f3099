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

  test("names the last hundred things a broken attempt did, and how many came before", async () => {
    using bed = brokerBed();
    await say(bed.broker, OPERATOR, "alice", "x");
    const { id } = await take(bed.broker, "alice", "boot-a");
    for (let n = 0; n < 250; n++) {
      const effect = { agent: "alice", lease_id: id, effect_key: `${id}:send:x:${n}`, tool: "send" };
      await bed.broker.once({ ...effect, summary: `send ${n}` }, () => n);
    }
    await bed.broker.attach("alice", "boot-b", undefined);
    const done = (await take(bed.broker, "alice", "boot-b")).already_done.map(({ summary }) => summary);
    expect(done).toHaveLength(101);
    expect([done[0], done[1], done.at(-1)]).toEqual(["150 more before these", "send 150", "send 249"]);
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

describe("somebody who fills an inbox", () => {
  const large = "\u0001".repeat(100 * 1024);
  const size = (messages: readonly { body: string }[]): number =>
    messages.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);

  test("makes no batch that is too large for one prompt, and loses nothing", async () => {
    using bed = brokerBed();
    for (let at = 0; at < 7; at++) await say(bed.broker, agentActor("bob"), "alice", `${at}${large}`);
    const seen: string[] = [];
    while (seen.length < 7) {
      const lease = await take(bed.broker, "alice");
      expect(size(lease.messages)).toBeLessThanOrEqual(256 * 1024);
      seen.push(...bodies(lease).map((body) => body.charAt(0)));
      await bed.broker.finish("alice", { lease_id: lease.id, outcome: "ok" });
    }
    expect(seen.join("")).toBe("0123456");
  });

  test("cannot push into a turn more than one frame takes; others' urgent messages still get there", async () => {
    using bed = brokerBed();
    const pushed: string[] = [];
    bed.broker.onUrgent(({ messages }) => void pushed.push(...messages.map(({ from }) => from)));
    await say(bed.broker, OPERATOR, "alice", "begin");
    const lease = await take(bed.broker, "alice");
    for (let at = 0; at < 60; at++) await say(bed.broker, agentActor("bob"), "alice", large);
    await bed.broker.send(agentActor("bob"), { to: "alice", body: "now", priority: "urgent" });
    expect(pushed).toEqual([]);
    await bed.broker.send(OPERATOR, { to: "alice", body: "really", priority: "urgent" });
    expect(pushed).toEqual(["operator"]);
    for (let at = 0; at < 60; at++)
      await bed.broker.send(agentActor("hm1nd"), { to: "alice", body: large, priority: "urgent" });
    expect(pushed.length).toBeLessThan(45);
    await bed.broker.attach("alice", "other-boot", undefined);
    const again = await take(bed.broker, "alice", "other-boot");
    expect(size(again.messages)).toBeLessThan(5 * 1024 * 1024);
    expect(again.id).toBe(lease.id);
  });

  test("cannot put it before an answer that is waited for", async () => {
    using bed = brokerBed();
    await say(bed.broker, OPERATOR, "alice", "begin");
    const { id: lease_id } = await take(bed.broker, "alice");
    const asked = await bed.questions.ask("alice", { to: "bob", question: "?", choices: [] });
    for (let at = 0; at < 60; at++) await say(bed.broker, agentActor("bob"), "alice", large);
    await bed.questions.answer(agentActor("bob"), { id: asked.id, answer: "yes" });
    const input = { question_id: asked.id, lease_id, wait_seconds: 0 };
    const { messages } = await bed.questions.awaitAnswer("alice", input, forever());
    expect(size(messages)).toBeLessThan(5 * 1024 * 1024);
  });
});
