// The daemon may go and come back, and so may the whole machine: turns end, agents return, streams have no gap.
import { describe, expect, test } from "bun:test";
import { operatorWire } from "../../src/wire/wire.ts";
import { puppetRules } from "../support/hive-rules.ts";
import { journalOf, messageStates } from "../support/hive-states.ts";
import { type Hive, startHive } from "../support/start-hive.ts";

const send = async (hive: Hive, to: string, body: string): Promise<string> => {
  const { ids } = await hive.call(operatorWire.send, { to, body });
  return ids[0] ?? "";
};

const handled = (hive: Hive, id: string) =>
  hive.waitFor(`message ${id} is handled`, ({ messages }) => messages.get(id)?.state === "handled", 40_000);

const AGENTS = [{ name: "alice" }, { name: "bob" }];

describe("the daemon", () => {
  test.each(["in order", "by kill -9"])("restarts %s without ending a turn [core:restart]", async (how) => {
    const settings = { stop_agents_on_exit: false };
    await using hive = await startHive({ rules: puppetRules(), agents: AGENTS, settings });
    const http = await hive.http();
    await using timeline = http.record(operatorWire.events, {});
    const id = await send(hive, "alice", "bash<<sleep 4; echo survived>>");
    await hive.waitFor("the command runs", () => hive.processes.all().some(({ argv }) => argv[1] === "4"));
    const before = hive.processes.harness("alice").map(({ pid }) => pid);
    const claude = hive.processes.claudes("alice").map(({ pid }) => pid);
    if (how === "in order") expect(await hive.stopCore()).toBe(0);
    else await hive.kill9("core");
    expect(hive.processes.harness("alice").map(({ pid }) => pid)).toEqual(before);
    await hive.startCore();
    await handled(hive, id);
    expect(hive.processes.harness("alice").map(({ pid }) => pid)).toEqual(before);
    expect(hive.processes.claudes("alice").map(({ pid }) => pid)).toEqual(claude);
    expect(hive.view.messages.get(id)?.redelivered).toBe(0);
    const { events } = await hive.call(operatorWire.journal, { name: "alice" });
    expect(events.filter(({ data }) => data.kind === "turn_start")).toHaveLength(1);
    await handled(hive, await send(hive, "bob", "still there?"));
    // The browser's stream went on by itself, with its old token, and missed nothing.
    await hive.waitFor(
      "the stream caught up",
      () => messageStates(timeline.frames, (message) => message.id === id).at(-1) === "handled",
    );
    const seqs = timeline.frames.flatMap((frame) => (frame.type === "event" ? [frame.event.seq] : []));
    expect(seqs).toEqual(seqs.map((_, at) => (seqs[0] ?? 0) + at));
  });

  test("takes messages in while an agent is away, and the agent finds them", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: [{ name: "alice" }] });
    await hive.call(operatorWire.stop, { all: true });
    await hive.waitFor("it is stopped", ({ agents }) => agents.get("alice")?.process === "stopped");
    const ids = [await send(hive, "alice", "one"), await send(hive, "alice", "two")];
    await hive.stopCore();
    await hive.startCore();
    expect(hive.view.agents.get("alice")?.expected).toBe("stopped");
    await hive.call(operatorWire.start, { all: true });
    for (const id of ids) await handled(hive, id);
  });
});

describe("the machine", () => {
  test("reboots, and the swarm returns by itself with everything it had [host:reboot]", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: AGENTS });
    await handled(hive, await send(hive, "alice", "bash<<echo remember-me>>"));
    const session = hive.view.agents.get("alice")?.session_id;
    const cut = await send(hive, "alice", "bash<<sleep 5; echo after>>");
    await hive.waitFor("the command runs", () => hive.processes.all().some(({ argv }) => argv[1] === "5"));
    const waiting = await send(hive, "bob", "remind<<wake up>>");
    await handled(hive, waiting);
    await hive.kill9("core");
    hive.processes.killAll();
    await hive.startCore();
    await handled(hive, cut);
    const woken = await hive.waitFor("the reminder has come", ({ messages }) =>
      [...messages.values()].find(({ origin }) => origin === "reminder"),
    );
    await handled(hive, woken.id);
    for (const { name } of AGENTS) await hive.idle(name);
    // The same conversation: nothing an agent knew is gone.
    expect(hive.view.agents.get("alice")?.session_id).toBe(session);
    const { events } = await hive.call(operatorWire.journal, { name: "alice" });
    const told = journalOf(events.map((event) => ({ type: "event" as const, event })));
    expect(told.some((each) => each.kind === "tool_result" && each.text.includes("remember-me"))).toBe(true);
    const last = hive.simulator.requests.findLast(({ agent }) => agent === "alice");
    expect(last?.turn).toBeGreaterThan(1);
  });

  test("is stopped in order and started again: everything goes on [host:reboot]", async () => {
    await using hive = await startHive({ rules: puppetRules(), agents: AGENTS });
    await handled(hive, await send(hive, "alice", "hello"));
    expect(await hive.stopCore()).toBe(0);
    expect(hive.processes.all().map(({ argv }) => argv.join(" "))).toEqual([]);
    await hive.startCore();
    for (const { name } of AGENTS) await hive.idle(name);
    await handled(hive, await send(hive, "alice", "tell bob<<we are back>>"));
    await hive.waitFor("bob has heard it", ({ messages }) =>
      [...messages.values()].some(
        ({ to, body, state }) => to === "bob" && body === "we are back" && state === "handled",
      ),
    );
  });
});
