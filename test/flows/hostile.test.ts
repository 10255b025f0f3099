// An agent that wants to harm the hive, at the socket of a running one: what it says of itself, and what it leaves in
// other people's inboxes. The cage is test/system/cage.test.ts; plain nonsense is bad-input.test.ts.
import { describe, expect, test } from "bun:test";
import { webPort } from "../../src/lib/fnv1a.ts";
import { serveHttp } from "../../src/platform/listen.ts";
import { operatorWire } from "../../src/wire/wire.ts";
import { type AgentLink, agentLink } from "../support/hive-link.ts";
import { type Hive, startHive } from "../support/start-hive.ts";

const EVIL = "hx-evil";
const VICTIM = "hx-victim";

interface Bed extends AsyncDisposable {
  readonly hive: Hive;
  readonly evil: AgentLink;
}

/** Both agents' sockets are ours to speak at: their harnesses are stopped. */
async function bed(): Promise<Bed> {
  const hive = await startHive({ agents: [{ name: EVIL }, { name: VICTIM }] });
  await hive.call(operatorWire.stop, { all: true, graceful: false });
  const evil = await agentLink(hive.stateDir, EVIL);
  await evil.hello();
  return { hive, evil, [Symbol.asyncDispose]: () => hive[Symbol.asyncDispose]() };
}

async function leaseId(link: AgentLink): Promise<string> {
  const { lease } = (await link.request({ cmd: "lease" })) as { lease: { id: string } };
  return lease.id;
}

const usage = {
  ...{ input_tokens: 1, output_tokens: 1, cache_read_tokens: 0, cache_write_tokens: 0 },
  ...{ cost_usd: 0.01, duration_ms: 1, num_turns: 1 },
};

describe("a hostile agent", () => {
  test("cannot spoil the sums that everybody sees [agent:confined]", async () => {
    await using it = await bed();
    const { hive, evil } = it;
    await hive.call(operatorWire.send, { to: EVIL, body: "work" });
    const lease_id = await leaseId(evil);
    for (const lie of [
      { cost_usd: 1.7e308 },
      { cost_usd: -5 },
      { output_tokens: -1 },
      { input_tokens: 2 ** 52 },
    ]) {
      const said = { cmd: "finish", lease_id, outcome: "ok", usage: { ...usage, ...lie } };
      expect(await evil.request(said)).toMatchObject({ ok: false, code: "invalid" });
    }
    expect(await evil.request({ cmd: "finish", lease_id, outcome: "ok", usage })).toMatchObject({ ok: true });
    expect((await hive.call(operatorWire.usage, {})).total_cost_usd).toBe(0.01);
    expect((await hive.snapshot()).agents).toHaveLength(2);
  });

  test("cannot cut another off by filling its turn [agent:confined msg:redeliver]", async () => {
    await using it = await bed();
    const { hive, evil } = it;
    const victim = await agentLink(hive.stateDir, VICTIM);
    const boot_id = "the-same-boot";
    await victim.hello({ boot_id });
    await hive.call(operatorWire.send, { to: VICTIM, body: "work" });
    const lease_id = await leaseId(victim);
    // As JSON six times as large.
    const body = "\u0001".repeat(150 * 1024);
    for (let at = 0; at < 90; at++) await evil.request({ cmd: "send", to: VICTIM, body });
    await evil.request({ cmd: "send", to: VICTIM, body: "now!", priority: "urgent" });
    await hive.call(operatorWire.send, { to: VICTIM, body: "stop that", priority: "urgent" });
    expect(await victim.line()).toMatchObject({ push: "urgent", messages: [{ body: "stop that" }] });
    await victim[Symbol.asyncDispose]();
    await using again = await agentLink(hive.stateDir, VICTIM);
    expect(await again.hello({ boot_id, lease_id })).toMatchObject({ ok: true, lease: "held" });
    expect(await again.request({ cmd: "finish", lease_id, outcome: "ok" })).toMatchObject({ ok: true });
    const next = (await again.request({ cmd: "lease" })) as { lease: { messages: unknown[] } };
    expect(next.lease.messages).toHaveLength(1);
  }, 60_000);

  test("cannot bury the operator in questions and reminders, nor the timeline in words", async () => {
    await using it = await bed();
    const { hive, evil } = it;
    const many = (count: number, fields: (at: number) => object) =>
      Promise.all(Array.from({ length: count }, (_, at) => evil.request({ ...fields(at) })));
    const good = (answers: readonly { readonly [key: string]: unknown }[]): number =>
      answers.filter((answer) => answer["ok"] === true).length;
    expect(good(await many(300, () => ({ cmd: "ask", to: "operator", question: "?" })))).toBe(100);
    expect(good(await many(300, () => ({ cmd: "remind", body: "x", in_seconds: 9_999 })))).toBe(200);
    const before = (await hive.snapshot()).seq;
    await many(2_000, (at) => ({ cmd: "set_status", text: `busy with ${at}` }));
    const reason = "x".repeat(900_000);
    await many(20, (at) => ({ cmd: "report", state: { kind: "failed", reason: `${at}${reason}` } }));
    const after = await hive.snapshot();
    expect(after.seq - before).toBeLessThan(200);
    expect(JSON.stringify(after).length).toBeLessThan(1_000_000);
  }, 60_000);

  test("who waits at another's port gets no ticket [agent:confined]", async () => {
    await using it = await bed();
    const { hive } = it;
    const seen: string[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      seen.push(request.url);
      return new Response("hello, operator");
    };
    const stranger = await serveHttp({ hostname: "127.0.0.1", port: webPort(VICTIM), fetch });
    try {
      await hive.call(operatorWire.start, { scope: { agent_names: [VICTIM] } });
      await hive.waitFor(`${VICTIM} is connected`, ({ agents }) => agents.get(VICTIM)?.connected === true);
      const refused = { code: "unavailable", message: expect.stringContaining("did not get its port") };
      await expect(hive.call(operatorWire.agentTicket, { name: VICTIM })).rejects.toMatchObject(refused);
      await expect(hive.call(operatorWire.journal, { name: VICTIM })).rejects.toMatchObject(refused);
      expect(seen).toEqual([]);
    } finally {
      await stranger.stop({ graceful: false });
    }
  }, 60_000);
});
