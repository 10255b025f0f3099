// The manager asks, the operator decides, and nobody else can.
import { describe, expect, test } from "bun:test";
import { HiveError } from "../../src/wire/errors.ts";
import { operatorWire } from "../../src/wire/wire.ts";
import { agentLink } from "../support/hive-link.ts";
import { puppetRules } from "../support/hive-rules.ts";
import { type Hive, startHive } from "../support/start-hive.ts";

const MANAGER = { name: "hm1nd", config: { role: "manager" as const } };

const pending = (hive: Hive) =>
  hive.waitFor("an approval waits", ({ approvals }) =>
    [...approvals.values()].find(({ status }) => status === "pending"),
  );

const want = (hive: Hive, name: string) =>
  hive.call(operatorWire.send, { to: "hm1nd", body: `want ${name}<<we need help>>` });

/** Decided, and what the decision set off has ended. */
async function settle(hive: Hive, id: bigint): Promise<void> {
  const { approvals } = await hive.call(operatorWire.pending, { all: true });
  if (approvals.find((each) => each.id === id)?.status === "pending")
    await hive.call(operatorWire.approve, { id });
  await hive.waitFor("nothing runs any more", ({ operations }) =>
    [...operations.values()].every(({ state }) => state !== "running"),
  );
}

describe("a manager's request for an agent", () => {
  test("runs when the operator approves it, and the manager is told", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [MANAGER] });
    await want(hive, "carol");
    const approval = await pending(hive);
    expect(approval).toMatchObject({ agent: "hm1nd", kind: "spawn" });
    expect(hive.view.agents.has("carol")).toBe(false);
    await hive.call(operatorWire.approve, { id: approval.id });
    await hive.idle("carol");
    await hive.waitFor("the newcomer got its first message", ({ messages }) =>
      [...messages.values()].some(
        ({ to, body, state }) => to === "carol" && body === "hello newcomer" && state === "handled",
      ),
    );
    await hive.waitFor("the manager is told", ({ messages }) =>
      [...messages.values()].some(
        ({ to, from, body }) => to === "hm1nd" && from === "system" && /carol/.test(body),
      ),
    );
    // Deciding again changes nothing.
    const again = await hive.call(operatorWire.approve, { id: approval.id }).catch((error: unknown) => error);
    expect(again).toBeInstanceOf(HiveError);
    expect(again).toMatchObject({ code: "conflict" });
    expect((await hive.snapshot()).agents.map(({ name }) => name).sort()).toEqual(["carol", "hm1nd"]);
  });

  test("ends when the operator denies it, and the manager is told why", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [MANAGER] });
    await want(hive, "carol");
    const { id } = await pending(hive);
    await hive.call(operatorWire.deny, { id, note: "too expensive" });
    await hive.waitFor("the manager is told", ({ messages }) =>
      [...messages.values()].some(
        ({ to, from, body }) => to === "hm1nd" && from === "system" && /too expensive/.test(body),
      ),
    );
    expect((await hive.snapshot()).agents.map(({ name }) => name)).toEqual(["hm1nd"]);
  });

  test("is carried out at most once, whenever hive-c0re is killed [approval:once]", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [MANAGER] });
    for (const [at, delayMs] of [0, 4, 10, 25, 60, 150].entries()) {
      const name = `carol${at}`;
      await want(hive, name);
      const { id } = await pending(hive);
      const approving = hive.call(operatorWire.approve, { id }).catch(() => undefined);
      await Bun.sleep(delayMs);
      await hive.kill9("core");
      await approving;
      await hive.startCore();
      await settle(hive, id);
      const { approvals } = await hive.call(operatorWire.pending, { all: true });
      const status = approvals.find((each) => each.id === id)?.status;
      const there = (await hive.call(operatorWire.list, {})).agents.includes(name);
      // Approved means that it is there; failed means that it is not, and says so.
      expect(
        [`approved, there true`, `failed, there false`],
        `${name}, killed after ${delayMs} ms`,
      ).toContain(`${status}, there ${there}`);
      if (there) await hive.idle(name);
      await hive.idle("hm1nd");
      const { messages } = await hive.call(operatorWire.messages, { party: name });
      const greetings = messages.filter(({ body }) => body === "hello newcomer");
      expect(greetings.length, name).toBe(there ? 1 : 0);
    }
  }, 120_000);
});

describe("an agent", () => {
  test("cannot decide an approval, nor use any verb of the operator [approval:self]", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [MANAGER, { name: "alice" }] });
    await want(hive, "carol");
    const { id } = await pending(hive);
    for (const name of ["hm1nd", "alice"]) {
      await hive.call(operatorWire.stop, { scope: { agent_names: [name] } });
      await using link = await agentLink(hive.stateDir, name);
      expect(await link.hello()).toMatchObject({ ok: true });
      const verbs = [
        "approve",
        "deny",
        "spawn",
        "destroy",
        "login_link",
        "set_paused",
        "pending",
        "snapshot",
      ];
      for (const cmd of verbs) {
        const answer = await link.request({ cmd, id: Number(id), name: "alice" });
        expect(answer, `${name}: ${cmd}`).toMatchObject({ ok: false, code: "unknown_command" });
      }
    }
    await using link = await agentLink(hive.stateDir, "alice");
    await link.hello();
    for (const cmd of ["request_spawn", "request_destroy", "control", "agent_logs"]) {
      const answer = await link.request({ cmd, name: "carol", agent: "hm1nd", reason: "x", action: "stop" });
      expect(answer, cmd).toMatchObject({ ok: false, code: "forbidden" });
    }
    const { approvals } = await hive.call(operatorWire.pending, { all: true });
    expect(approvals.map(({ status }) => status)).toEqual(["pending"]);
  });
});
