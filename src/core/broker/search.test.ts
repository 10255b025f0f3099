import { describe, expect, test } from "bun:test";
import { agentActor, type BrokerBed, brokerBed, OPERATOR } from "../../../test/support/broker-bed.ts";
import { searchQuery } from "./search-query.ts";

const say = (bed: BrokerBed, body: string, from = OPERATOR, to = "alice") =>
  bed.broker.send(from, { to, body, priority: "normal" });

const find = (bed: BrokerBed, query: string) => bed.broker.search({ query, limit: 50 }).hits;

describe("search", () => {
  test("finds words, phrases and prefixes, and marks them", async () => {
    using bed = brokerBed();
    await say(bed, "The deploy of the billing service failed at noon");
    await say(bed, "billing is fine, nothing to deploy");
    expect(find(bed, "deploy billing")).toHaveLength(2);
    expect(find(bed, '"billing service"')).toHaveLength(1);
    expect(find(bed, "serv*")[0]?.excerpt).toContain("\u2039service\u203a");
    expect(find(bed, "absent")).toEqual([]);
    expect(find(bed, "Déploy")).toHaveLength(2);
  });

  test("finds what turns were about", async () => {
    using bed = brokerBed();
    await say(bed, "go");
    const lease = await bed.broker.lease("alice", {
      boot_id: "boot-0001",
      max: 5,
      signal: new AbortController().signal,
    });
    await bed.broker.finish("alice", {
      lease_id: lease.id,
      outcome: "ok",
      digest: "renamed the migrations folder",
    });
    expect(find(bed, "migrations")).toMatchObject([{ kind: "digest", agent: "alice" }]);
  });

  test("takes any text for words, never for syntax", async () => {
    using bed = brokerBed();
    await say(bed, 'a "quoted" NEAR(x) body: AND OR');
    const odd = [
      '"',
      "'",
      "*",
      "(",
      "NEAR(",
      "body:",
      "a AND",
      "OR",
      "^a",
      "-x",
      "a + b",
      "{}",
      "\0",
      '"open',
      "a:b",
      "--",
      "%",
      "NOT",
    ];
    for (const query of odd) expect(() => find(bed, query)).not.toThrow();
    expect(find(bed, "NEAR(x)")).toHaveLength(1);
    expect(searchQuery('-- * ""')).toBeUndefined();
  });

  test("of an agent's history sees its own messages only", async () => {
    using bed = brokerBed();
    await say(bed, "secret plan", OPERATOR, "bob");
    await say(bed, "open plan", agentActor("bob"), "alice");
    expect(bed.broker.history("alice", { query: "plan", limit: 10 }).map(({ body }) => body)).toEqual([
      "open plan",
    ]);
    expect(bed.broker.history("bob", { query: "plan", limit: 10 })).toHaveLength(2);
    expect(bed.broker.history("bob", { query: "plan", with: "alice", limit: 10 })).toHaveLength(1);
  });
});
