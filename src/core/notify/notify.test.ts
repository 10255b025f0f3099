import { afterEach, describe, expect, test } from "bun:test";
import { type BrokerBed, brokerBed } from "../../../test/support/broker-bed.ts";
import { rowOf } from "../../../test/support/fake-services.ts";
import { silentLogger } from "../../platform/log.ts";
import type { Approval } from "../../wire/approvals.ts";
import type { HiveEventData } from "../../wire/events.ts";
import { NotifySettings } from "../settings-notify.ts";
import { createNotify } from "./notify.ts";
import type { Notify } from "./options.ts";

type Answer = Response | Error;

interface Bed {
  readonly bed: BrokerBed;
  readonly notify: Notify;
  /** Titles, in the order of the requests. */
  readonly told: string[];
  /** What the service answers from now on. */
  answer: () => Answer;
  emit(data: HiveEventData): Promise<void>;
}

const beds: BrokerBed[] = [];
afterEach(() => {
  for (const bed of beds.splice(0)) bed[Symbol.dispose]();
});

function open(settings: object, missed: readonly HiveEventData[] = []): Bed {
  const bed = brokerBed();
  beds.push(bed);
  const made: Bed = {
    bed,
    told: [],
    answer: () => new Response(),
    emit: async (data) => {
      await bed.db.writer.write((tx) => bed.timeline.append(tx, data));
      await bed.clock.advance(1_000);
    },
    notify: createNotify({
      ...bed,
      log: silentLogger,
      settings: NotifySettings.parse({ ntfy: { url: "https://ntfy.example.org/hive" }, ...settings }),
      fetch: async (_url, { headers }) => {
        made.told.push(new Headers(headers).get("title") ?? "");
        const answer = made.answer();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      home: () => "https://hive.example.org/",
      hive: "hive",
      missed: () => missed,
    }),
  };
  made.notify.start(new AbortController().signal);
  return made;
}

function approval(id: bigint, more: Partial<Approval> = {}): HiveEventData {
  const requested_at = "2026-11-23T12:00:00.000Z";
  const row = { id, agent: "alice", kind: "spawn", commit_ref: "", requested_at, status: "pending", ...more };
  return { type: "approval", approval: row };
}

const login = (reason: string): HiveEventData => ({
  type: "agent",
  agent: rowOf("alice", { state: { kind: "needs_login", reason } }),
});
const well: HiveEventData = { type: "agent", agent: rowOf("alice", { state: { kind: "idle" } }) };

describe("notifications", () => {
  test("tell of what waits for a human, once, and of nothing else", async () => {
    const { emit, told } = open({});
    await emit(approval(1n));
    await emit(approval(1n, { description: "again" }));
    await emit(approval(2n, { status: "approved" }));
    await emit({ type: "notice", level: "error", text: "x" });
    await emit({
      type: "agent",
      agent: rowOf("bob", {
        state: { kind: "rate_limited", until: "2026-11-23T13:00:00.000Z", reason: "x" },
      }),
    });
    expect(told).toEqual(["alice asks for: spawn"]);
  });

  test("of an agent's trouble come again only after the window", async () => {
    const { emit, told, bed } = open({ dedupe_seconds: 600 });
    await emit(login("no token"));
    await emit(well);
    await emit(login("no token"));
    expect(told).toHaveLength(1);
    await emit(well);
    await bed.clock.advance(600_000);
    await emit(login("no token"));
    expect(told).toEqual(["alice needs a login", "alice needs a login"]);
  });

  test("are held in quiet hours, and dropped when the thing was answered meanwhile", async () => {
    const quiet_hours = { from: "12:00", to: "14:00", time_zone: "UTC" };
    const { emit, told, bed, notify } = open({ quiet_hours });
    await emit(approval(1n));
    await emit(approval(2n));
    await emit(approval(3n, { kind: "destroy" }));
    expect(told).toEqual(["alice asks for: destroy"]);
    expect(notify.deliveries(9).find(({ subject }) => subject === "approval:1")).toMatchObject({
      state: "queued",
      reason: "quiet hours",
      due_at: "2026-11-23T14:00:00.000Z",
    });
    await emit(approval(1n, { status: "denied" }));
    await bed.clock.advance(2 * 3_600_000);
    expect(told).toEqual(["alice asks for: destroy", "alice asks for: spawn"]);
    expect(notify.deliveries(9).map(({ state }) => state)).toEqual(["sent", "sent", "dropped"]);
  });

  test("are tried again with growing waits, as long as the service asks, and not for ever", async () => {
    const made = open({});
    made.answer = () => new Response(null, { status: 503, headers: { "retry-after": "120" } });
    await made.emit(approval(1n));
    await made.bed.clock.advance(115_000);
    expect(made.told).toHaveLength(1);
    made.answer = () => new Error("connection refused");
    await made.bed.clock.advance(10_000);
    expect(made.told).toHaveLength(2);
    await made.bed.clock.advance(4 * 3_600_000);
    expect(made.told).toHaveLength(8);
    expect(made.notify.deliveries(1)[0]).toMatchObject({ state: "failed", attempts: 8 });
  });

  test("follow no redirect", async () => {
    const made = open({});
    made.answer = () => new Response(null, { status: 302, headers: { location: "http://127.0.0.1:1/" } });
    await made.emit(approval(1n));
    await made.bed.clock.advance(600_000);
    expect(made.told).toHaveLength(1);
    expect(made.notify.deliveries(1)[0]?.reason).toContain("redirects are not followed");
  });

  test("of an agent that asks without end stop at the bound, which the log says", async () => {
    const { emit, told, notify } = open({ per_hour: 2 });
    for (const id of [1n, 2n, 3n, 4n]) await emit(approval(id));
    expect(told).toHaveLength(2);
    expect(notify.deliveries(1)[0]).toMatchObject({ state: "dropped", reason: "more than 2 in an hour" });
  });

  test("may leave texts out, and what is not urgent", async () => {
    const { emit, told, notify } = open({ details: false, level: "urgent" });
    await emit(approval(1n));
    await emit(login("the token of me@example.org is over"));
    expect(told).toEqual(["alice needs a login"]);
    expect(notify.deliveries(1)[0]?.body).toBe("");
  });

  test("carry no control characters of an agent", async () => {
    const { emit, notify } = open({});
    await emit(approval(1n, { description: "a\r\nX-Evil: 1\u202e\u001b[2J  b" }));
    expect(notify.deliveries(1)[0]?.body).toBe("a X-Evil: 1 [2J b");
  });

  test("of what happened while the daemon was down come at its start", async () => {
    const { told, bed } = open({}, [approval(1n)]);
    await bed.clock.advance(1_000);
    expect(told).toEqual(["alice asks for: spawn"]);
  });

  test("are tested at once, also in quiet hours, and say how it went", async () => {
    const made = open({ quiet_hours: { from: "12:00", to: "14:00", time_zone: "UTC" } });
    made.answer = () => new Response(null, { status: 403 });
    const tested = await made.notify.test(undefined, new AbortController().signal);
    expect(tested).toMatchObject([{ channel: "ntfy", state: "failed", reason: "answered 403" }]);
  });
});

describe("push subscribers", () => {
  const operator = { kind: "operator", via: "http", who: "test" } as const;
  const keys = { p256dh: "x", auth: "y" };
  const subscribe = (endpoint: string) => {
    const { notify } = open({});
    return notify.subscribe(operator, { endpoint, ...keys }, "");
  };

  test("are refused while web push is off", async () => {
    await expect(subscribe("https://push.example.org/1")).rejects.toThrow("web push is off");
  });
});
