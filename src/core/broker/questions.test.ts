import { describe, expect, test } from "bun:test";
import { agentActor, type BrokerBed, brokerBed, OPERATOR } from "../../../test/support/broker-bed.ts";

const forever = (): AbortSignal => new AbortController().signal;
const question = { to: "operator", question: "red or blue?", choices: ["red", "blue"] } as const;
const ask = (bed: BrokerBed, extra: object = {}) =>
  bed.questions.ask("alice", { ...question, choices: [...question.choices], ...extra });

async function leaseOf(bed: BrokerBed, agent: string): Promise<string> {
  await bed.broker.send(OPERATOR, { to: agent, body: "begin", priority: "normal" });
  return (await bed.broker.lease(agent, { boot_id: "boot-0001", max: 20, signal: forever() })).id;
}

describe("a question", () => {
  test("is answered once; a later answer learns who was first", async () => {
    using bed = brokerBed();
    const { id } = await ask(bed);
    const answered = await bed.questions.answer(OPERATOR, { id, answer: "blue" });
    expect(answered).toMatchObject({ state: "answered", answer: "blue", answered_by: "operator" });
    await expect(bed.questions.answer(OPERATOR, { id, answer: "red" })).rejects.toMatchObject({
      code: "conflict",
      message: `question "${id}" was answered already, by "operator"`,
    });
    const { messages } = bed.broker.list({ party: "alice", limit: 10 });
    expect(messages).toMatchObject([{ from: "operator", to: "alice", body: "blue", question_id: id }]);
  });

  test("to an agent is told by a message, and nobody else's to answer", async () => {
    using bed = brokerBed();
    const { id } = await ask(bed, { to: "bob" });
    expect(bed.broker.list({ party: "bob", limit: 1 }).messages[0]?.body).toContain(id);
    await expect(bed.questions.answer(agentActor("hm1nd"), { id, answer: "x" })).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(await bed.questions.answer(agentActor("bob"), { id, answer: "x" })).toMatchObject({
      answered_by: "bob",
    });
  });

  test("survives a restart open, and expires only when asked to", async () => {
    using old = brokerBed();
    const forGood = await ask(old);
    const brief = await ask(old, { expires_in_seconds: 60 });
    using bed = old.restart();
    bed.start();
    await bed.clock.advance(90_000);
    expect(bed.questions.get(forGood.id).state).toBe("open");
    expect(bed.questions.get(brief.id).state).toBe("expired");
    expect(bed.broker.list({ party: "alice", limit: 1 }).messages[0]).toMatchObject({
      from: "system",
      question_id: brief.id,
    });
    await expect(bed.questions.answer(OPERATOR, { id: brief.id, answer: "x" })).rejects.toMatchObject({
      code: "conflict",
    });
  });

  test("asked again with the same effect key is one question", async () => {
    using bed = brokerBed();
    const first = await ask(bed, { effect_key: "k" });
    expect((await ask(bed, { effect_key: "k" })).id).toBe(first.id);
    expect(bed.questions.list({ limit: 10 })).toHaveLength(1);
    await expect(
      bed.reminders.add(agentActor("alice"), { agent: "alice", body: "x", in_seconds: 9, effect_key: "k" }),
    ).rejects.toMatchObject({ code: "conflict", message: 'this effect key was used for "ask"' });
  });

  test("is one of a hundred at most that an agent leaves open", async () => {
    using bed = brokerBed();
    const first = await ask(bed);
    for (let at = 1; at < 100; at++) await ask(bed);
    await expect(ask(bed)).rejects.toMatchObject({ code: "limit" });
    await bed.questions.answer(OPERATOR, { id: first.id, answer: "blue" });
    expect((await ask(bed)).state).toBe("open");
    expect((await bed.questions.ask("bob", { ...question, choices: [] })).state).toBe("open");
  });

  test("to an agent takes a place in the asker's part of its inbox, however soon it expires", async () => {
    using bed = brokerBed();
    bed.start();
    const refused: unknown[] = [];
    for (let at = 0; at < 1_100 && refused.length === 0; at++) {
      await ask(bed, { to: "bob", expires_in_seconds: 1 }).catch((error: unknown) => refused.push(error));
      if (at % 50 === 0) await bed.clock.advance(2_000);
    }
    expect(refused[0]).toMatchObject({ code: "limit" });
    expect(bed.broker.counts("bob").queued).toBeLessThanOrEqual(1_000);
  });
});

describe("a reminder of an agent", () => {
  test("is one of two hundred at most; the operator's are not counted out", async () => {
    using bed = brokerBed();
    const add = (actor: typeof OPERATOR) =>
      bed.reminders.add(actor, { agent: "alice", body: "x", in_seconds: 60 });
    for (let at = 0; at < 200; at++) await add(agentActor("alice"));
    await expect(add(agentActor("alice"))).rejects.toMatchObject({ code: "limit" });
    expect((await add(OPERATOR)).state).toBe("pending");
  });
});

describe("waiting for an answer", () => {
  test("takes it into the turn after older messages of the same sender, and again when repeated", async () => {
    using bed = brokerBed();
    const lease_id = await leaseOf(bed, "alice");
    const { id } = await ask(bed);
    await bed.broker.send(OPERATOR, { to: "alice", body: "by the way", priority: "normal" });
    await bed.broker.send(agentActor("bob"), { to: "alice", body: "unrelated", priority: "normal" });
    const input = { question_id: id, lease_id, wait_seconds: 60 };
    const waiting = bed.questions.awaitAnswer("alice", input, forever());
    await bed.questions.answer(OPERATOR, { id, answer: "blue" });
    const { messages, question: ended } = await waiting;
    expect(ended.answer).toBe("blue");
    expect(messages.map(({ body }) => body)).toEqual(["by the way", "blue"]);
    const again = await bed.questions.awaitAnswer("alice", input, forever());
    expect(again.messages.map(({ body }) => body)).toEqual(["blue"]);
    await bed.broker.read(
      "alice",
      lease_id,
      messages.map((message) => message.id),
    );
    await bed.broker.finish("alice", { lease_id, outcome: "ok" });
    expect(messages.map(({ id: each }) => bed.broker.get(each).state)).toEqual(["handled", "handled"]);
  });

  test("ends empty after its time, and with the signal", async () => {
    using bed = brokerBed();
    const lease_id = await leaseOf(bed, "alice");
    const { id } = await ask(bed);
    const input = { question_id: id, lease_id, wait_seconds: 5 };
    const waiting = bed.questions.awaitAnswer("alice", input, forever());
    await bed.clock.advance(5_000);
    expect(await waiting).toMatchObject({ messages: [], question: { state: "open" } });
    const gone = new AbortController();
    const second = bed.questions.awaitAnswer("alice", input, gone.signal);
    gone.abort();
    await expect(second).rejects.toMatchObject({ code: "cancelled" });
    expect(bed.clock.pending).toBe(0);
  });

  test("of somebody else's question is refused", async () => {
    using bed = brokerBed();
    const { id } = await ask(bed);
    const input = { question_id: id, lease_id: id, wait_seconds: 0 };
    await expect(bed.questions.awaitAnswer("bob", input, forever())).rejects.toMatchObject({
      code: "not_found",
    });
  });
});
