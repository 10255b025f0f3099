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

  test("of an approved spawn is carried out once, also when hive-c0re is killed at that moment [approval:once]", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [MANAGER] });
    await want(hive, "carol");
    const { id } = await pending(hive);
    await Promise.all([hive.call(operatorWire.approve, { id }).catch(() => {}), hive.kill9("core")]);
    await hive.startCore();
    const { approvals } = await hive.call(operatorWire.pending, { all: true });
    const after = approvals.find((each) => each.id === id);
    expect(["pending", "approved", "failed"]).toContain(after?.status ?? "");
    if (after?.status === "pending") await hive.call(operatorWire.approve, { id });
    const settled = await hive.waitFor("it has ended one way or the other", ({ agents, operations }) => {
      const spawns = [...operations.values()].filter(({ kind }) => kind === "spawn" && kind !== undefined);
      const ended = spawns.every(({ state }) => state !== "running");
      return ended && { there: agents.has("carol") };
    });
    const names = (await hive.snapshot()).agents.map(({ name }) => name);
    expect(names.filter((name) => name === "carol").length).toBeLessThanOrEqual(1);
    expect(typeof settled.there).toBe("boolean");
  });
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
