import { describe, expect, test } from "bun:test";
import { agentEndpoints } from "../wire/agents.ts";
import { approvalEndpoints } from "../wire/approvals.ts";
import { eventEndpoints } from "../wire/events.ts";
import { messageEndpoints } from "../wire/messages.ts";
import { systemEndpoints } from "../wire/system.ts";
import { call } from "./call.ts";
import { httpTransport } from "./http-transport.ts";
import { subscribe } from "./subscribe.ts";

interface Seen {
  readonly line: string;
  readonly body: string;
  readonly authorization: string | null;
  readonly lastEventId: string | null;
}

async function server(answer: (seen: Seen) => Response) {
  const seen: Seen[] = [];
  const bun = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const url = new URL(request.url);
      const one = {
        line: `${request.method} ${url.pathname}${url.search}`,
        body: await request.text(),
        authorization: request.headers.get("authorization"),
        lastEventId: request.headers.get("last-event-id"),
      };
      seen.push(one);
      return answer(one);
    },
  });
  const base = `http://127.0.0.1:${bun.port}`;
  return { base, seen, [Symbol.asyncDispose]: () => bun.stop(true) };
}

describe("httpTransport", () => {
  test("puts fields into the path, the query or the body", async () => {
    await using http = await server(
      () => new Response('{"approvals":[],"messages":[],"more":false,"ids":[]}'),
    );
    const transport = httpTransport({ base: http.base, token: () => "t0ken" });
    await call(transport, approvalEndpoints.approve, { id: 9223372036854775807n, note: "ok" });
    await call(transport, messageEndpoints.messages, { party: "a&b", limit: 5 });
    await transport.request(agentEndpoints.interrupt, { name: "a/../b", reason: undefined });
    expect(http.seen.map(({ line, body }) => [line, body])).toEqual([
      ["POST /api/v1/approvals/9223372036854775807/approve", '{"note":"ok"}'],
      ["GET /api/v1/messages?party=a%26b&limit=5", ""],
      ["POST /api/v1/agents/a%2F..%2Fb/interrupt", "{}"],
    ]);
    expect(http.seen[0]?.authorization).toBe("Bearer t0ken");
  });

  test("throws what the other side refused with", async () => {
    const body = { error: 'agent "x" is gone', code: "not_found", hint: "hivectl agent list" };
    await using http = await server(() => Response.json(body, { status: 404 }));
    const asked = call(httpTransport({ base: http.base }), agentEndpoints.agent, { name: "x" });
    await expect(asked).rejects.toMatchObject({ code: "not_found", message: body.error, hint: body.hint });
    expect(http.seen[0]?.authorization).toBeNull();
  });

  test("reads a foreign answer by its status", async () => {
    await using http = await server(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    const asked = call(httpTransport({ base: http.base }), systemEndpoints.info, {});
    await expect(asked).rejects.toMatchObject({ code: "unavailable" });
  });

  test("says when nobody is there, and when the answer is not ours", async () => {
    const gone = await server(() => new Response());
    await gone[Symbol.asyncDispose]();
    await expect(call(httpTransport({ base: gone.base }), systemEndpoints.info, {})).rejects.toMatchObject({
      code: "unavailable",
    });
    await using page = await server(() => new Response("<html>"));
    await expect(call(httpTransport({ base: page.base }), systemEndpoints.info, {})).rejects.toMatchObject({
      code: "unavailable",
    });
    await using other = await server(() => new Response('{"info":{"hive":1}}'));
    await expect(call(httpTransport({ base: other.base }), systemEndpoints.info, {})).rejects.toMatchObject({
      code: "internal",
      message: 'the answer to "info" was not understood (at "info.hive")',
    });
  });

  test("refuses what is not offered over http", async () => {
    const asked = call(httpTransport({ base: "http://127.0.0.1:1" }), systemEndpoints.loginLink, {});
    await expect(asked).rejects.toMatchObject({ code: "unsupported" });
  });

  test("resumes a stream that was cut by Last-Event-ID", async () => {
    const frame = (seq: number) => {
      const data = { type: "notice", level: "info", text: "x" };
      const event = { type: "event", event: { seq, at: "2026-11-23T12:00:00.000Z", data } };
      return `id: ${seq}\ndata: ${JSON.stringify(event)}\n\n`;
    };
    await using http = await server(({ lastEventId }) => {
      const from = Number(lastEventId ?? 0);
      const type = { headers: { "content-type": "text/event-stream" } };
      return new Response(`: hb\n\n${frame(from + 1)}${frame(from + 2)}data: {"half`, type);
    });
    const stop = new AbortController();
    const seqs: number[] = [];
    const options = { input: {}, signal: stop.signal, random: () => 1 };
    for await (const got of subscribe(httpTransport({ base: http.base }), eventEndpoints.events, options)) {
      if (got.type === "event") seqs.push(got.event.seq);
      if (seqs.length === 4) break;
    }
    expect(seqs).toEqual([1, 2, 3, 4]);
    expect(http.seen.map(({ lastEventId }) => lastEventId)).toEqual([null, "2"]);
  });

  test("drops a stream that has fallen silent", async () => {
    await using http = await server(
      () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })),
    );
    const transport = httpTransport({ base: http.base, silenceMs: 20 });
    const frames = transport.open(eventEndpoints.events, { input: {}, signal: new AbortController().signal });
    await expect(Array.fromAsync(frames)).rejects.toMatchObject({ message: "the stream has fallen silent" });
  });
});
