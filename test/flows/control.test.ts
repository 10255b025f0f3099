// What the operator can do to a running agent, and what must be left of it afterwards: nothing, or everything.
import { describe, expect, test } from "bun:test";
import { operatorWire } from "../../src/wire/wire.ts";
import { puppetRules } from "../support/hive-rules.ts";
import { type Hive, startHive } from "../support/start-hive.ts";

const send = async (hive: Hive, to: string, body: string): Promise<string> => {
  const { ids } = await hive.call(operatorWire.send, { to, body });
  return ids[0] ?? "";
};

const state = (hive: Hive, id: string, wanted: string) =>
  hive.waitFor(`message ${id} is ${wanted}`, ({ messages }) => messages.get(id)?.state === wanted);

/** Commands of agents: what is neither harness nor claude. */
const sleeps = (hive: Hive, seconds: string) =>
  hive.processes.all().filter(({ argv }) => argv[0]?.endsWith("sleep") && argv[1] === seconds);

describe("a paused agent", () => {
  test("finishes its turn, keeps its inbox, and goes on with all of it when resumed", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [{ name: "alice" }] });
    const running = await send(hive, "alice", "bash<<sleep 1.5>>");
    await state(hive, running, "read");
    await hive.call(operatorWire.setPaused, { name: "alice", paused: true });
    await state(hive, running, "handled");
    const waiting = [await send(hive, "alice", "one"), await send(hive, "alice", "two")];
    await hive.waitFor(
      "it says that it is paused",
      ({ agents }) => agents.get("alice")?.state?.kind === "paused",
    );
    // The second read of its inbox cannot come before this report.
    await hive.call(operatorWire.setPaused, { name: "alice", paused: true });
    expect(waiting.map((id) => hive.view.messages.get(id)?.state)).toEqual(["queued", "queued"]);
    await hive.call(operatorWire.setPaused, { name: "alice", paused: false });
    for (const id of waiting) await state(hive, id, "handled");
  });

  test("stays paused over a stop and a start", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [{ name: "alice" }] });
    const scope = { scope: { agent_names: ["alice"] } };
    await hive.call(operatorWire.stop, scope);
    await hive.call(operatorWire.setPaused, { name: "alice", paused: true });
    await hive.call(operatorWire.start, scope);
    await hive.waitFor(
      "it is back and paused",
      ({ agents }) => agents.get("alice")?.state?.kind === "paused",
    );
    const id = await send(hive, "alice", "wait");
    expect((await hive.call(operatorWire.message, { id })).message.state).toBe("queued");
    await hive.call(operatorWire.setPaused, { name: "alice", paused: false });
    await state(hive, id, "handled");
  });
});

describe("an interrupt", () => {
  test("leaves nothing of the turn running, not even what left its session [turn:interrupt]", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [{ name: "alice" }] });
    const command = "setsid sleep 611 & (setsid -f sleep 612 >/dev/null 2>&1); nohup sleep 613 & sleep 614";
    const id = await send(hive, "alice", `bash<<${command}>>`);
    const all = () => ["611", "612", "613", "614"].flatMap((seconds) => sleeps(hive, seconds));
    await hive.waitFor("all four run", () => all().length === 4);
    const { interrupted } = await hive.call(operatorWire.interrupt, { name: "alice", reason: "enough" });
    expect(interrupted).toBe(true);
    await state(hive, id, "handled");
    await hive.waitFor("all four are gone", () => all().length === 0, 10_000);
    await hive.idle("alice");
    expect(hive.processes.claudes("alice")).toEqual([]);
    const { events } = await hive.call(operatorWire.journal, { name: "alice" });
    const end = events.map(({ data }) => data).find((data) => data.kind === "turn_end");
    expect(end).toMatchObject({ outcome: "interrupted" });
    expect(JSON.stringify(events)).toContain("enough");
    // And the conversation goes on.
    await state(hive, await send(hive, "alice", "bash<<echo again>>"), "handled");
  });

  test("of an idle agent says that there was nothing to interrupt", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [{ name: "alice" }] });
    expect(await hive.call(operatorWire.interrupt, { name: "alice" })).toEqual({ interrupted: false });
  });

  test("cuts the model in the middle of its words", async () => {
    const rules = [{ when: { agent: "alice" }, say: "word ".repeat(2_000), chunk_ms: 50, chunk_chars: 10 }];
    await using hive = await startHive({ rules, agents: [{ name: "alice" }] });
    const id = await send(hive, "alice", "talk");
    await hive.simulator.waitFor(({ eventsSent }) => eventsSent > 10);
    await hive.call(operatorWire.interrupt, { name: "alice" });
    await state(hive, id, "handled");
    await hive.idle("alice");
  });
});

describe("stop", () => {
  test("lets the running turn finish when it is graceful", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [{ name: "alice" }] });
    const id = await send(hive, "alice", "bash<<sleep 2; echo late>>");
    await hive.waitFor("the command runs", () => sleeps(hive, "2").length === 1);
    await hive.call(operatorWire.stop, { scope: { agent_names: ["alice"] }, graceful: true });
    await state(hive, id, "handled");
    await hive.waitFor("it is stopped", ({ agents }) => agents.get("alice")?.process === "stopped");
    expect(hive.processes.all()).toEqual([]);
    expect(hive.view.messages.get(id)?.redelivered).toBe(0);
  });

  test("at once ends everything, and the message is done at the next start", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [{ name: "alice" }] });
    const id = await send(hive, "alice", "bash<<setsid sleep 621 & sleep 622>>");
    await hive.waitFor("the command runs", () => sleeps(hive, "622").length === 1);
    const scope = { agent_names: ["alice"] };
    await hive.call(operatorWire.stop, { scope, graceful: false });
    await hive.waitFor("it is stopped", ({ agents }) => agents.get("alice")?.process === "stopped");
    expect(hive.processes.all().map(({ argv }) => argv.join(" "))).toEqual([]);
    hive.simulator.setRules([{ when: { agent: "alice" }, say: "fine" }]);
    await hive.call(operatorWire.start, { scope });
    await state(hive, id, "handled");
  });

  test("an agent that is killed is shown dead within five seconds, and comes back [status:honest]", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [{ name: "alice" }] });
    const seen = Date.now();
    await hive.kill9({ agent: "alice" });
    await hive.waitFor(
      "it is not shown running",
      ({ agents }) => agents.get("alice")?.connected === false,
      5_000,
    );
    expect(Date.now() - seen).toBeLessThan(5_000);
    await hive.idle("alice");
    expect(hive.view.agents.get("alice")?.restarts).toBeGreaterThan(0);
  });

  test("an agent whose harness hangs is shown dead within five seconds [status:honest]", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [{ name: "alice" }] });
    const [harness] = hive.processes.harness("alice");
    process.kill(harness?.pid ?? 0, "SIGSTOP");
    await hive.waitFor(
      "it is not shown running",
      ({ agents }) => agents.get("alice")?.connected === false,
      5_000,
    );
    process.kill(harness?.pid ?? 0, "SIGCONT");
    await hive.idle("alice");
  });
});
