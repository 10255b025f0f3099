import { describe, expect, test } from "bun:test";
import { OPERATOR } from "../../../test/support/broker-bed.ts";
import { type LifecycleBed, lifecycleBed, until } from "../../../test/support/lifecycle-bed.ts";
import { AgentRow, AgentStatus } from "../../wire/agents.ts";

const status = (bed: LifecycleBed, name: string) => bed.agents.statuses().find((one) => one.name === name);
const rowsTold = (bed: LifecycleBed) => bed.events.filter((event) => event.type === "agent");

describe("agents", () => {
  test("running means alive and answering, never that it was started", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("alice");
    expect(status(bed, "alice")).toMatchObject({ running: false, failed: false });
    bed.links.set("alice", {
      connected: true,
      state: { kind: "needs_login", reason: "x" },
      active_model: "opus",
    });
    expect(status(bed, "alice")).toMatchObject({ running: true, needs_login: true, active_model: "opus" });
    const stopped = bed.lifecycle.stop(OPERATOR, ["alice"], false);
    await until(() => bed.shutdowns.length === 1);
    await bed.bed.clock.advance(5_000);
    await stopped;
    await until(() => bed.lifecycle.observe("alice").process === "stopped");
    expect(status(bed, "alice")).toMatchObject({ running: false, needs_login: false });
    expect(status(bed, "alice")).not.toHaveProperty("active_model");
    expect(bed.agents.row("alice")).toMatchObject({
      connected: false,
      expected: "stopped",
      process: "stopped",
    });
  });

  test("what an agent says of itself is shown with its time while it runs, and neither when it does not", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("alice");
    await bed.agents.setStatus("alice", "digging");
    expect(status(bed, "alice")).not.toHaveProperty("status_text");
    expect(status(bed, "alice")).not.toHaveProperty("status_set_at");
    bed.links.set("alice", { connected: true });
    const status_set_at = new Date(bed.bed.clock.now()).toISOString();
    expect(status(bed, "alice")).toMatchObject({ status_text: "digging", status_set_at });
    await bed.agents.setStatus("alice", " ");
    expect(status(bed, "alice")).not.toHaveProperty("status_text");
    expect(status(bed, "alice")).not.toHaveProperty("status_set_at");
  });

  test("rows and statuses are what the wire says, with the page's address", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("alice");
    const row = bed.agents.row("alice");
    expect(AgentRow.parse(row)).toEqual(AgentRow.parse(structuredClone(row)));
    const seen = status(bed, "alice");
    expect(AgentStatus.parse(seen)).toEqual(seen as AgentStatus);
    expect(seen).toEqual({
      name: "alice",
      running: false,
      failed: false,
      needs_update: false,
      needs_login: false,
      paused: false,
      pending_reminders: 0,
      url: "https://hive.example/agent/alice/",
    });
  });

  test("settings are kept over a restart, also of a stopped agent, and told to the harness", async () => {
    await using first = lifecycleBed();
    await first.spawn("alice");
    await first.lifecycle.stop(OPERATOR, ["alice"], false);
    await first.agents.setPaused(OPERATOR, { name: "alice", paused: true });
    await first.agents.setPaused(OPERATOR, { name: "alice", paused: true });
    await first.agents.setModel(OPERATOR, { name: "alice", model: "opus" });
    await first.agents.setEffort(OPERATOR, { name: "alice", effort: "high" });
    expect(first.settings).toEqual(["alice", "alice", "alice", "alice"]);
    const bed = first.restart();
    expect(bed.agents.row("alice")).toMatchObject({ paused: true, model: "opus", effort: "high" });
    expect(bed.agents.get("alice").paused).toBe(true);
    await expect(bed.agents.setPaused(OPERATOR, { name: "ghost", paused: true })).rejects.toMatchObject({
      code: "not_found",
      message: 'agent "ghost" is not managed by this hive',
    });
  });

  test("touches become one event per pause, and none when nothing changed", async () => {
    await using bed = lifecycleBed();
    await bed.spawn("alice");
    await bed.bed.clock.advance(1_000);
    const before = rowsTold(bed).length;
    bed.agents.touch("alice");
    bed.links.set("alice", { connected: true, last_seen_at: "2026-11-23T12:00:00.000Z" });
    for (let n = 0; n < 100; n++) bed.agents.touch("alice");
    await bed.bed.clock.advance(50);
    await until(() => rowsTold(bed).length === before + 1);
    expect(rowsTold(bed).at(-1)).toMatchObject({ agent: { name: "alice", connected: true } });
    bed.links.set("alice", { connected: true, last_seen_at: "2026-11-23T12:00:02.000Z" });
    bed.agents.touch("alice");
    await bed.bed.clock.advance(50);
    expect(rowsTold(bed)).toHaveLength(before + 1);
    bed.agents.touch("ghost");
    await bed.bed.clock.advance(50);
  });
});
