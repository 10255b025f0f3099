// The traffic of the fault tests. Each job the operator sends to alice makes her tell the operator and bob, and bob
// tells the operator: three side effects, each of which must happen exactly once and in order.
import { call } from "../../src/client/call.ts";
import { HiveError } from "../../src/wire/errors.ts";
import type { Message } from "../../src/wire/messages.ts";
import { operatorWire } from "../../src/wire/wire.ts";
import type { RuleInput } from "../support/model-simulator/script.ts";
import type { Hive } from "../support/start-hive.ts";

/** Most messages of one batch. */
const BATCH = 20;

/** The n-th job of a batch is done at the n-th step of the turn: the group keeps its last repetition. */
const nth = (n: number): string => `/(?:[\\s\\S]*?^do (\\w+)$){${n}}/m`;

export function jobRules(): RuleInput[] {
  const steps = Array.from({ length: BATCH }, (_, at) => at + 1);
  const send = (to: string, body: string) => ({ name: "mcp__hyperhive__send", input: { to, body } });
  const toOperator = (agent: string) => send("operator", `${agent} did {{match.1}}`);
  return [
    ...steps.map(
      (n): RuleInput => ({
        name: `alice ${n}`,
        when: { agent: "alice", step: n - 1, last_user: nth(n) },
        think_ms: 30,
        tool_use: [toOperator("alice"), send("bob", "do {{match.1}}")],
      }),
    ),
    ...steps.map(
      (n): RuleInput => ({
        name: `bob ${n}`,
        when: { agent: "bob", step: n - 1, last_user: nth(n) },
        think_ms: 30,
        tool_use: [toOperator("bob")],
      }),
    ),
    { name: "rest", when: { agent: "*", step: { min: 0 } }, say: "done" },
  ];
}

export interface Job {
  readonly key: string;
  readonly to: "alice" | "bob";
  readonly id: string;
}

/** Until it was accepted: the key makes a repeat harmless. */
export async function sendJob(hive: Hive, key: string, to: "alice" | "bob"): Promise<Job> {
  const deadline = Date.now() + 30_000;
  while (true) {
    try {
      const input = { to, body: `do ${key}`, idempotency_key: key };
      const { ids } = await call(hive.transport, operatorWire.send, input);
      return { key, to, id: ids[0] ?? "" };
    } catch (error) {
      const passing = error instanceof HiveError && error.code === "unavailable";
      if (!passing || Date.now() > deadline) throw error;
      await Bun.sleep(20);
    }
  }
}

/** Every message of the hive, oldest first, by the operator's own listing. */
export async function allMessages(hive: Hive): Promise<readonly Message[]> {
  const found: Message[] = [];
  let before: string | undefined;
  while (true) {
    const page = await hive.call(operatorWire.messages, {
      limit: 500,
      ...(before === undefined ? {} : { before }),
    });
    found.push(...page.messages);
    before = page.messages.at(-1)?.id;
    if (!page.more || before === undefined) return found.reverse();
  }
}

/** What must hold of all messages once everything has come to rest; each violation is a sentence. */
export function judge(jobs: readonly Job[], messages: readonly Message[]): readonly string[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const lost = jobs.flatMap(({ key, id }) => {
    const state = byId.get(id)?.state ?? "missing";
    return state === "handled" ? [] : [`job ${key} is ${state}: ${byId.get(id)?.reason ?? ""}`];
  });
  const stuck = messages
    .filter(({ to, state }) => to !== "operator" && state !== "handled")
    .map(({ id, from, to, state, reason }) => `${id} ${from}→${to} is ${state}: ${reason ?? ""}`);
  const forAlice = jobs.filter(({ to }) => to === "alice").map(({ key }) => key);
  return [
    ...new Set([...lost, ...stuck]),
    ...sameList(
      "alice → operator",
      bodies(messages, "alice", "operator"),
      forAlice.map((key) => `alice did ${key}`),
    ),
    ...sameList(
      "alice → bob",
      bodies(messages, "alice", "bob"),
      forAlice.map((key) => `do ${key}`),
    ),
    ...onceEach(
      bodies(messages, "bob", "operator"),
      jobs.map(({ key }) => `bob did ${key}`),
    ),
    ...bobsOrder(messages, jobs),
  ];
}

function bodies(messages: readonly Message[], from: string, to: string): readonly string[] {
  return messages.filter((each) => each.from === from && each.to === to).map(({ body }) => body);
}

/** Same things, once each, in the same order. */
function sameList(what: string, have: readonly string[], want: readonly string[]): readonly string[] {
  const wrong = onceEach(have, want);
  if (wrong.length > 0) return wrong.map((each) => `${what}: ${each}`);
  const at = have.findIndex((each, index) => each !== want[index]);
  return at === -1 ? [] : [`${what}: order broken at "${have[at]}", expected "${want[at]}"`];
}

function onceEach(have: readonly string[], want: readonly string[]): readonly string[] {
  const count = new Map<string, number>();
  for (const each of have) count.set(each, (count.get(each) ?? 0) + 1);
  return [...new Set([...want, ...have])].flatMap((each) => {
    const times = count.get(each) ?? 0;
    if (!want.includes(each)) return [`"${each}" is unexpected`];
    return times === 1 ? [] : [`"${each}" ${times} times`];
  });
}

/** Bob hears from two: the order holds for each of them. */
function bobsOrder(messages: readonly Message[], jobs: readonly Job[]): readonly string[] {
  const done = bodies(messages, "bob", "operator").map((body) => body.replace("bob did ", ""));
  return (["alice", "bob"] as const).flatMap((via) => {
    const want = jobs.filter(({ to }) => to === via).map(({ key }) => key);
    const have = done.filter((key) => want.includes(key));
    const at = have.findIndex((key, index) => key !== want[index]);
    return at === -1 ? [] : [`bob's order of what came by ${via} is broken at "${have[at]}"`];
  });
}
