/** Random histories of senders, harnesses that crash and a daemon that restarts, against a model of what was promised. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { agentActor, type BrokerBed, brokerBed, OPERATOR } from "../../../test/support/broker-bed.ts";
import type { Lease } from "../../wire/link.ts";
import type { Message } from "../../wire/messages.ts";

const AGENTS = ["alice", "bob"] as const;
type Name = (typeof AGENTS)[number];

type Step =
  | {
      readonly do: "send";
      readonly from: Name | "operator";
      readonly to: Name;
      readonly urgent: boolean;
      readonly later: number;
    }
  | {
      readonly do: "lease" | "more" | "read" | "ok" | "interrupted" | "ok-unheard" | "lost" | "error";
      readonly agent: Name;
    }
  | { readonly do: "kill" | "drop-line" | "return"; readonly agent: Name; readonly ms: number }
  | { readonly do: "advance"; readonly ms: number }
  | { readonly do: "restart" };

const agent = fc.constantFrom(...AGENTS);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      from: fc.constantFrom("operator" as const, ...AGENTS),
      to: agent,
      urgent: fc.boolean(),
      later: fc.constantFrom(0, 0, 0, 5_000),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "lease" as const,
        "lease" as const,
        "more" as const,
        "read" as const,
        "ok" as const,
        "ok" as const,
        "interrupted" as const,
        "ok-unheard" as const,
        "lost" as const,
        "error" as const,
      ),
      agent,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("kill" as const, "drop-line" as const, "return" as const),
      agent,
      ms: fc.constantFrom(0, 1_000, 15_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("advance" as const), ms: fc.constantFrom(1_000, 6_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "restart" } as const) },
);

/** What a harness knows; `ended` is its journal and survives it. */
interface Harness {
  boot: number;
  connected: boolean;
  lease: { readonly id: string; readonly given: Message[]; readonly seen: Set<string> } | undefined;
  readonly ended: Set<string>;
}

class World {
  bed: BrokerBed = brokerBed({ names: AGENTS, retryDelaysMs: [0, 0] });
  readonly harnesses = new Map<Name, Harness>();
  readonly accepted = new Map<string, Message>();
  /** Taken in by a turn that ended well. */
  readonly handled = new Map<string, number>();
  readonly firstSeen = new Map<string, string[]>();
  readonly attempts = new Map<string, { attempt: number; ids: string[] }>();
  sent = 0;

  constructor() {
    for (const name of AGENTS)
      this.harnesses.set(name, { boot: 1, connected: true, lease: undefined, ended: new Set() });
    this.listen();
  }

  listen(): void {
    this.bed.start();
    this.bed.broker.onUrgent(({ agent: name, lease_id, messages }) => {
      const harness = this.of(name as Name);
      if (!harness.connected || harness.lease?.id !== lease_id) return;
      this.receive(harness, messages);
    });
  }

  of(name: Name): Harness {
    const harness = this.harnesses.get(name);
    if (harness === undefined) throw new Error(name);
    return harness;
  }

  boot(name: Name): string {
    return `${name}-boot-${this.of(name).boot}`;
  }

  receive(harness: Harness, messages: readonly Message[]): void {
    const known = new Set(harness.lease?.given.map(({ id }) => id));
    const fresh = messages.filter(({ id }) => !known.has(id));
    harness.lease?.given.push(...fresh);
    for (const message of fresh) this.see(message);
  }

  see(message: Message): void {
    const key = `${message.from}>${message.to}`;
    const seen = this.firstSeen.get(key) ?? [];
    this.firstSeen.set(key, seen);
    if (!seen.includes(message.id)) seen.push(message.id);
  }

  async send(from: Name | "operator", to: Name, options: { urgent: boolean; later: number }): Promise<void> {
    const actor = from === "operator" ? OPERATOR : agentActor(from);
    const priority = options.urgent ? "urgent" : "normal";
    const deliver_after =
      options.later === 0 ? undefined : new Date(this.bed.clock.now() + options.later).toISOString();
    const { ids } = await this.bed.broker.send(actor, {
      to,
      body: `${this.sent++}`,
      priority,
      deliver_after,
    });
    for (const id of ids) this.accepted.set(id, this.bed.broker.get(id));
  }

  async lease(name: Name): Promise<boolean> {
    const harness = this.of(name);
    if (!harness.connected || harness.lease !== undefined) return false;
    const stop = new AbortController();
    const asked = this.bed.broker
      .lease(name, { boot_id: this.boot(name), max: 3, signal: stop.signal })
      .catch(() => undefined);
    // A commit behind the request: what it could get, it has got.
    await this.bed.db.writer.write(() => 0);
    await this.bed.db.writer.write(() => 0);
    stop.abort();
    const lease = await asked;
    if (lease === undefined) return false;
    this.begin(harness, lease);
    if (harness.ended.has(lease.id)) await this.finish(name, "ok", true);
    return true;
  }

  begin(harness: Harness, lease: Lease): void {
    const ids = lease.messages.map(({ id }) => id);
    const before = this.attempts.get(lease.id);
    if (before !== undefined) {
      expect(lease.attempt).toBeGreaterThan(before.attempt);
      // The same messages in the same order; of those that joined later, what was read.
      expect(ids.slice(0, before.ids.length)).toEqual(before.ids);
    } else expect(lease.attempt).toBe(1);
    this.attempts.set(lease.id, { attempt: lease.attempt, ids });
    harness.lease = { id: lease.id, given: [], seen: new Set(ids) };
    this.receive(harness, lease.messages);
  }

  async read(name: Name): Promise<void> {
    const { lease, connected } = this.of(name);
    if (lease === undefined || !connected) return;
    const ids = lease.given.map(({ id }) => id);
    await this.bed.broker.read(name, lease.id, ids);
    for (const id of ids) lease.seen.add(id);
  }

  /** Told or not, the end of a good turn stands in the harness's journal first. */
  async finish(name: Name, outcome: "ok" | "interrupted" | "lost" | "error", heard: boolean): Promise<void> {
    const harness = this.of(name);
    const { lease } = harness;
    if (lease === undefined || (heard && !harness.connected)) return;
    const good = outcome === "ok" || outcome === "interrupted";
    if (good && !harness.ended.has(lease.id)) {
      harness.ended.add(lease.id);
      for (const id of lease.seen) this.handled.set(id, (this.handled.get(id) ?? 0) + 1);
    }
    harness.lease = undefined;
    if (!heard) await this.kill(name);
    else await this.bed.broker.finish(name, { lease_id: lease.id, outcome });
  }

  async kill(name: Name): Promise<void> {
    const harness = this.of(name);
    harness.boot += 1;
    harness.lease = undefined;
    harness.connected = true;
    await this.bed.broker.attach(name, this.boot(name), undefined);
  }

  async comeBack(name: Name): Promise<void> {
    const harness = this.of(name);
    if (harness.connected) return;
    // Before the answer: pushes may come with it.
    harness.connected = true;
    const held = await this.bed.broker.attach(name, this.boot(name), harness.lease?.id);
    expect(held === undefined).toBe(harness.lease === undefined);
    if (held === "lost") harness.lease = undefined;
  }

  restart(): void {
    this.bed = this.bed.restart();
    for (const harness of this.harnesses.values()) harness.connected = false;
    this.listen();
  }

  async take(one: Step): Promise<void> {
    switch (one.do) {
      case "send":
        return this.send(one.from, one.to, one);
      case "lease":
        return void (await this.lease(one.agent));
      case "more": {
        const harness = this.of(one.agent);
        if (harness.lease === undefined || !harness.connected) return;
        this.receive(harness, await this.bed.broker.leaseMore(one.agent, harness.lease.id, 2));
        return this.read(one.agent);
      }
      case "read":
        return this.read(one.agent);
      case "ok-unheard":
        return this.finish(one.agent, "ok", false);
      case "ok":
      case "interrupted":
      case "lost":
      case "error":
        return this.finish(one.agent, one.do, true);
      case "kill":
        return this.kill(one.agent);
      case "drop-line":
        this.of(one.agent).connected = false;
        this.bed.broker.detach(one.agent, 10_000);
        return this.bed.clock.advance(one.ms);
      case "return":
        await this.bed.clock.advance(one.ms);
        return this.comeBack(one.agent);
      case "advance":
        return this.bed.clock.advance(one.ms);
      case "restart":
        return this.restart();
    }
  }

  /** Everybody works until nothing is left. */
  async drain(): Promise<void> {
    await this.bed.clock.advance(10_000);
    for (const name of AGENTS) {
      await this.comeBack(name);
      for (let more = true; more; ) {
        if (this.of(name).lease === undefined) more = await this.lease(name);
        await this.read(name);
        await this.finish(name, "ok", true);
      }
    }
  }

  check(): void {
    const states = [...this.accepted.keys()].map((id) => this.bed.broker.get(id));
    const unfinished = states.filter(({ state }) => state !== "handled" && state !== "failed");
    expect(unfinished).toEqual([]);
    const failed = new Set(states.filter(({ state }) => state === "failed").map(({ id }) => id));
    for (const id of this.accepted.keys()) {
      expect({ id, times: this.handled.get(id) ?? 0 }).toEqual({ id, times: failed.has(id) ? 0 : 1 });
    }
    for (const seen of this.firstSeen.values()) {
      // What was to wait has its own time; the rest keeps the order it was sent in.
      const prompt = seen.filter(
        (id) => this.accepted.has(id) && this.accepted.get(id)?.deliver_after === undefined,
      );
      const bodies = prompt.map((id) => Number(this.accepted.get(id)?.body));
      expect(bodies).toEqual(bodies.toSorted((a, b) => a - b));
    }
    for (const name of AGENTS) expect(this.bed.broker.counts(name)).toEqual({ queued: 0, in_turn: 0 });
  }
}

async function live(steps: readonly Step[]): Promise<void> {
  const world = new World();
  try {
    for (const one of steps) await world.take(one);
    await world.drain();
    world.check();
  } finally {
    world.bed[Symbol.dispose]();
  }
}

describe("the broker, whatever happens", () => {
  test("loses nothing, handles nothing twice and keeps the order [msg:no-loss msg:order msg:redeliver]", async () => {
    const seed = Number(process.env["HIVE_SEED"] ?? 20261123);
    const numRuns = Number(process.env["HIVE_RUNS"] ?? 30);
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 80, size: "max" }), live), {
      seed,
      numRuns,
      endOnFailure: false,
    });
  }, 120_000);
});
