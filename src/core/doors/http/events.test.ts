import { describe, expect, test } from "bun:test";
import { createConnection } from "node:net";
import { fakeAgents, fakeTimeline, partial, statusOf } from "../../../../test/support/fake-services.ts";
import { bearer, openHttpBed } from "../../../../test/support/http-bed.ts";
import { parseSse, type SseMessage } from "../../../client/sse.ts";
import { HiveError } from "../../../wire/errors.ts";
import type { StreamFrame } from "../../../wire/events.ts";
import type { JournalFrame } from "../../../wire/journal.ts";
import type { OperatorServices } from "../operator-context.ts";
import { takeSnapshot } from "../routes/events.ts";

function services(timeline: OperatorServices["timeline"]): Partial<OperatorServices> {
  return {
    agents: fakeAgents([statusOf("alice")]),
    timeline,
    broker: partial<OperatorServices["broker"]>({ list: () => ({ messages: [], more: false }) }),
    questions: partial<OperatorServices["questions"]>({ list: () => [] }),
    approvals: partial<OperatorServices["approvals"]>({ list: () => [] }),
    operations: partial<OperatorServices["operations"]>({ list: () => [] }),
    reminders: partial<OperatorServices["reminders"]>({ list: () => [] }),
    schedules: partial<OperatorServices["schedules"]>({ list: () => [] }),
    hive: partial<OperatorServices["hive"]>({
      now: () => 0,
      info: () => ({
        hive: "test",
        version: "0",
        revision: "0",
        started_at: "2026-11-23T00:00:00Z",
        backend: "process",
        isolated: false,
        demo: false,
        backends: [],
      }),
    }),
  };
}

interface Reader {
  next(): Promise<{ id: string | undefined; frame: StreamFrame } | undefined>;
  leave(): Promise<void>;
}

function read(response: Response): Reader {
  expect(response.status).toBe(200);
  const body = response.body as ReadableStream<Uint8Array<ArrayBuffer>>;
  const messages: AsyncIterator<SseMessage> = parseSse(body)[Symbol.asyncIterator]();
  return {
    next: async () => {
      const { done, value } = await messages.next();
      return done === true ? undefined : { id: value.id, frame: JSON.parse(value.data) as StreamFrame };
    },
    leave: async () => {
      await messages.return?.();
    },
  };
}

const notice = (text: string) => ({ type: "notice", level: "info", text }) as const;

describe("the stream of events", () => {
  test("begins with a snapshot whose messages are cut like those of events: 200 can be 50 MiB", async () => {
    const { timeline } = fakeTimeline();
    const long = { id: "m", from: "alice", to: "operator", body: "x".repeat(256 * 1024) } as never;
    const given = services(timeline);
    const broker = partial<OperatorServices["broker"]>({ list: () => ({ messages: [long], more: false }) });
    const { messages } = takeSnapshot({ ...given, broker } as OperatorServices);
    expect(messages[0]?.body.length).toBe(4 * 1024 + 1);
  });

  test("begins with a snapshot, then come the events after it", async () => {
    const { timeline, emit } = fakeTimeline();
    emit(notice("before"));
    await using bed = await openHttpBed({ services: services(timeline) });
    const reader = read(await bed.get("/api/v1/events", bearer(await bed.login())));
    expect(await reader.next()).toMatchObject({ id: "1", frame: { type: "snapshot", snapshot: { seq: 1 } } });
    emit(notice("after"));
    expect(await reader.next()).toMatchObject({
      id: "2",
      frame: { event: { seq: 2, data: { text: "after" } } },
    });
    await reader.leave();
  });

  test("[sse:gapless] whatever the cuts, every event comes once and in order", async () => {
    const { timeline, emit } = fakeTimeline();
    await using bed = await openHttpBed({ services: services(timeline) });
    const token = await bed.login();
    const seen: number[] = [];
    let last = "0";
    let sent = 0;
    for (let round = 0; round < 30; round++) {
      const headers = { "last-event-id": last };
      for (let i = 0; i < round % 4; i++) emit(notice(`${++sent}`));
      const reader = read(await bed.get("/api/v1/events", bearer(token, headers)));
      for (let i = 0; i < 5; i++) emit(notice(`${++sent}`));
      // The last events of each connection stay unread.
      for (let i = 0; i < 1 + (round % 5); i++) {
        const got = await reader.next();
        if (got?.frame.type !== "event") throw new Error(`unexpected ${got?.frame.type}`);
        seen.push(got.frame.event.seq);
        last = got.id ?? "";
      }
      await reader.leave();
    }
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 1));
    expect(seen.length).toBeGreaterThan(80);
  });

  test("[sse:gapless] what is no longer stored is announced, then a snapshot follows", async () => {
    const { timeline, emit } = fakeTimeline(10);
    for (let i = 0; i < 50; i++) emit(notice(`${i}`));
    await using bed = await openHttpBed({ services: services(timeline) });
    const token = await bed.login();
    for (const after of ["5", "999"]) {
      const reader = read(await bed.get(`/api/v1/events?after=${after}`, bearer(token)));
      const gap = await reader.next();
      expect(gap).toMatchObject({ frame: { type: "gap", after: Number(after) } });
      expect(gap?.id).toBeUndefined();
      expect(await reader.next()).toMatchObject({ id: "50", frame: { type: "snapshot" } });
      await reader.leave();
    }
  });

  test("a session that is revoked sees its streams end", async () => {
    const { timeline } = fakeTimeline();
    await using bed = await openHttpBed({ services: services(timeline) });
    const reader = read(await bed.get("/api/v1/events", bearer(await bed.login())));
    await reader.next();
    const [session] = bed.logins.list();
    await bed.logins.revoke({ kind: "operator", via: "host", who: "uid:0" }, session?.id ?? "");
    expect(await reader.next()).toBeUndefined();
  });

  test("a quiet stream is kept open by comments", async () => {
    const { timeline } = fakeTimeline();
    await using bed = await openHttpBed({ services: services(timeline), heartbeatMs: 20 });
    const response = await bed.get("/api/v1/events?after=0", bearer(await bed.login()));
    const chunks = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = "";
    while (text.length < 9) text += new TextDecoder().decode((await chunks.read()).value);
    expect(text).toMatch(/^(:\n\n){3,}$/);
    await chunks.cancel();
  });

  test("streams end when the server stops, and stopping does not wait for them", async () => {
    const { timeline } = fakeTimeline();
    const bed = await openHttpBed({ services: services(timeline) });
    const reader = read(await bed.get("/api/v1/events", bearer(await bed.login())));
    await reader.next();
    await bed.stop();
    expect(await reader.next().catch(() => undefined)).toBeUndefined();
  });

  test("a stream that cannot begin is answered with its error", async () => {
    const journal = partial<OperatorServices["journal"]>({
      // biome-ignore lint/correctness/useYield: it fails before the first frame.
      stream: async function* () {
        throw new HiveError("unavailable", 'agent "alice" is not running');
      },
    });
    await using bed = await openHttpBed({ services: { journal } });
    const response = await bed.get("/api/v1/agents/alice/events/stream", bearer(await bed.login()));
    expect([response.status, await response.json()]).toMatchObject([503, { code: "unavailable" }]);
  });

  test("a client that does not read makes the source wait", async () => {
    let made = 0;
    const left = Promise.withResolvers<void>();
    const journal = partial<OperatorServices["journal"]>({
      stream: async function* (_name, _after, signal): AsyncGenerator<JournalFrame> {
        signal.addEventListener("abort", () => left.resolve());
        const text = "x".repeat(64 * 1024);
        while (made < 10_000) {
          made += 1;
          yield { type: "delta", delta: { kind: "text_delta", text } };
        }
      },
    });
    await using bed = await openHttpBed({ services: { journal } });
    const socket = createConnection({ host: "127.0.0.1", port: bed.port });
    socket.pause();
    socket.write(
      `GET /api/v1/agents/alice/events/stream HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${await bed.login()}\r\n\r\n`,
    );
    let before = -1;
    // Settled: no more was made between two looks.
    while (made === 0 || made !== before) {
      before = made;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(made).toBeLessThan(400);
    socket.destroy();
    await left.promise;
  });
});
