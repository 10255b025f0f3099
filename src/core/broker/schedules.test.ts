import { describe, expect, test } from "bun:test";
import { agentActor, type BrokerBed, brokerBed, OPERATOR } from "../../../test/support/broker-bed.ts";
import { parseCron } from "./cron.ts";
import { decideRuns } from "./schedule-runs.ts";

const inbox = (bed: BrokerBed, agent = "alice"): string[] =>
  bed.broker
    .list({ party: agent, limit: 500 })
    .messages.map(({ created_at }) => created_at)
    .reverse();

const plan = (cron: string, catch_up: "none" | "once" | "all", time_zone = "UTC") =>
  ({ agent: "alice", cron, time_zone, body: "tick", catch_up }) as const;

describe("a schedule", () => {
  test("sends at each time and moves on", async () => {
    using bed = brokerBed();
    bed.start();
    const { id } = await bed.schedules.add(OPERATOR, plan("*/10 * * * *", "once"));
    await bed.clock.advance(31 * 60_000);
    expect(inbox(bed)).toEqual([
      "2026-11-23T12:10:00.000Z",
      "2026-11-23T12:20:00.000Z",
      "2026-11-23T12:30:00.000Z",
    ]);
    expect(bed.schedules.list()[0]).toMatchObject({
      id,
      next_run_at: "2026-11-23T12:40:00.000Z",
      last_run_at: "2026-11-23T12:30:00.000Z",
    });
    await bed.schedules.enable(OPERATOR, id, false);
    await bed.clock.advance(60 * 60_000);
    expect(inbox(bed)).toHaveLength(3);
    await bed.schedules.enable(OPERATOR, id, true);
    await bed.clock.advance(10 * 60_000);
    expect(inbox(bed)).toHaveLength(4);
    await bed.schedules.remove(OPERATOR, id);
    await bed.clock.advance(60 * 60_000);
    expect(inbox(bed)).toHaveLength(4);
    expect(bed.audit.verify().ok).toBe(true);
  });

  for (const [policy, runs] of [
    ["none", 0],
    ["once", 1],
    ["all", 5],
  ] as const) {
    test(`after five hours down sends ${runs} with catch-up ${policy}`, async () => {
      using old = brokerBed();
      await old.schedules.add(OPERATOR, plan("30 * * * *", policy));
      old.clock.jump(5 * 3_600_000);
      using bed = old.restart();
      bed.start();
      await bed.clock.advance(1_000);
      expect(inbox(bed)).toHaveLength(runs);
      using third = bed.restart();
      third.start();
      await third.clock.advance(1_000);
      expect(inbox(third)).toHaveLength(runs);
      expect(third.schedules.list()[0]?.next_run_at).toBe("2026-11-23T17:30:00.000Z");
    });
  }

  test("never fires twice when the clock is set back", async () => {
    using bed = brokerBed();
    bed.start();
    await bed.schedules.add(OPERATOR, plan("0 * * * *", "all"));
    await bed.clock.advance(3_600_000);
    bed.clock.jump(-3_600_000);
    await bed.clock.advance(3_660_000);
    expect(inbox(bed)).toHaveLength(1);
    await bed.clock.advance(3_600_000);
    expect(inbox(bed)).toHaveLength(2);
  });

  test("comes back when the clock was years ahead", async () => {
    using bed = brokerBed();
    bed.clock.jump(5 * 365 * 86_400_000);
    await bed.schedules.add(OPERATOR, plan("0 * * * *", "once"));
    bed.clock.jump(-5 * 365 * 86_400_000);
    bed.start();
    await bed.clock.advance(2 * 3_600_000);
    expect(inbox(bed).length).toBeGreaterThan(0);
  });

  test("with a wrong expression or zone is refused, naming the field", async () => {
    using bed = brokerBed();
    await expect(bed.schedules.add(OPERATOR, plan("0 25 * * *", "once"))).rejects.toMatchObject({
      code: "invalid",
      message: '"0 25 * * *" is not a schedule: field 2 (hour) is "25"',
    });
    await expect(bed.schedules.add(OPERATOR, plan("* * *", "once"))).rejects.toMatchObject({
      code: "invalid",
    });
    await expect(
      bed.schedules.add(OPERATOR, plan("* * * * *", "once", "Mars/Olympus")),
    ).rejects.toMatchObject({
      message: '"Mars/Olympus" is not a time zone',
    });
    await expect(
      bed.schedules.add(OPERATOR, { ...plan("* * * * *", "once"), agent: "carol" }),
    ).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("cron", () => {
  const walk = (cron: string, zone: string, from: string, count: number): string[] => {
    const times = parseCron(cron, zone);
    const found: string[] = [];
    for (let at: number | undefined = Date.parse(from); found.length < count; ) {
      at = times.next(at);
      if (at === undefined) break;
      found.push(new Date(at).toISOString());
    }
    return found;
  };

  test("fires once a day through both changes of summer time", () => {
    // Berlin: 2026-03-29 02:00 → 03:00, 2026-10-25 03:00 → 02:00.
    expect(walk("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", 3)).toEqual([
      "2026-03-28T01:30:00.000Z",
      expect.stringMatching(/^2026-03-29T01:(00|30):00.000Z$/),
      "2026-03-30T00:30:00.000Z",
    ]);
    const autumn = walk("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2);
    expect(autumn.map((time) => time.slice(0, 10))).toEqual(["2026-10-25", "2026-10-26"]);
  });

  test("keeps to local time", () => {
    expect(walk("0 9 * * 1", "America/New_York", "2026-10-26T00:00:00Z", 2)).toEqual([
      "2026-10-26T13:00:00.000Z",
      "2026-11-02T14:00:00.000Z",
    ]);
  });

  test("after a long time down catches up a bounded number of runs", () => {
    const from = Date.UTC(2026, 0, 1);
    const now = Date.UTC(2026, 6, 1);
    const due = decideRuns({ times: parseCron("* * * * * *", "UTC"), from, now, catchUp: "all" });
    expect(due.runs.length).toBe(100);
    expect(due.last).toBe(now);
    expect(due.next).toBe(now + 1_000);
  });
});

describe("a reminder", () => {
  test("becomes a message when due, once, also when the hive slept through it", async () => {
    using old = brokerBed();
    const { id } = await old.reminders.add(agentActor("alice"), {
      agent: "alice",
      body: "tea",
      in_seconds: 60,
    });
    expect(old.reminders.pendingCount("alice")).toBe(1);
    old.clock.jump(3_600_000);
    using bed = old.restart();
    bed.start();
    await bed.clock.advance(1_000);
    expect(bed.broker.list({ party: "alice", limit: 5 }).messages).toMatchObject([
      { from: "alice", to: "alice", body: "tea", origin: "reminder" },
    ]);
    expect(bed.reminders.list()).toEqual([]);
    await expect(bed.reminders.cancel(OPERATOR, id)).rejects.toMatchObject({ code: "conflict" });
  });

  test("can be taken back, by its own agent or the operator", async () => {
    using bed = brokerBed();
    bed.start();
    const { id } = await bed.reminders.add(OPERATOR, { agent: "alice", body: "tea", in_seconds: 60 });
    await expect(bed.reminders.cancel(agentActor("bob"), id)).rejects.toMatchObject({ code: "not_found" });
    await bed.reminders.cancel(agentActor("alice"), id);
    await bed.clock.advance(120_000);
    expect(inbox(bed)).toEqual([]);
  });

  test("for another agent is the manager's or the operator's to set", async () => {
    using bed = brokerBed();
    const input = { agent: "alice", body: "tea", in_seconds: 60 };
    await expect(bed.reminders.add(agentActor("bob"), input)).rejects.toMatchObject({ code: "forbidden" });
    await bed.reminders.add(agentActor("hm1nd"), input);
  });

  test("costs nothing while nothing is due", async () => {
    using bed = brokerBed();
    bed.start();
    const seq = bed.timeline.seq();
    await bed.clock.advance(3_600_000);
    expect(bed.timeline.seq()).toBe(seq);
    // Storage upkeep and one sleeping timer for each loop.
    expect(bed.clock.pending).toBe(5);
  });
});
