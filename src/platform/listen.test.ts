import { describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { manualClock } from "../lib/clock.ts";
import { bindWithRetry, listenTcp, serveHttp, type WebSocketHandler } from "./listen.ts";
import { createLogger } from "./log.ts";

const hostname = "127.0.0.1";

function capture() {
  const lines: string[] = [];
  return { lines, log: createLogger({ name: "t", format: "json", write: (line) => void lines.push(line) }) };
}

describe("retry ladder", () => {
  test("field notes: restart races on TCP bind: takes a port that becomes free, logging each wait", async () => {
    const clock = manualClock();
    const { lines, log } = capture();
    const holder = await serveHttp({ hostname, port: 0, fetch: () => new Response("old") });
    const later = serveHttp({ hostname, port: holder.port, clock, log, fetch: () => new Response("new") });
    await clock.advance(3_000);
    await holder.stop({ graceful: false });
    await clock.advance(2_000);
    await using stack = new AsyncDisposableStack();
    const server = await later;
    stack.defer(() => server.stop({ graceful: false }));
    expect(await (await fetch(server.url)).text()).toBe("new");
    expect(lines.map((line) => JSON.parse(line).wait_ms)).toEqual([1_000, 2_000, 2_000]);
  });

  test("field notes: restart races on TCP bind: gives up after twelve tries with a sentence that names the port", async () => {
    const clock = manualClock();
    let tries = 0;
    const busy = (): never => {
      tries += 1;
      throw Object.assign(new Error("in use"), { code: "EADDRINUSE" });
    };
    const binding = bindWithRetry(8123, { clock }, busy).catch(String);
    await clock.advance(30_000);
    expect(await binding).toContain('port "8123" is in use');
    expect(tries).toBe(12);
  });

  test("does not try again for any other reason", async () => {
    let tries = 0;
    const denied = (): never => {
      tries += 1;
      throw Object.assign(new Error("no"), { code: "EACCES" });
    };
    expect(bindWithRetry(80, {}, denied)).rejects.toThrow("no");
    expect(tries).toBe(1);
  });

  test("ends with its signal", async () => {
    const stop = new AbortController();
    const busy = (): never => {
      throw Object.assign(new Error("in use"), { code: "EADDRINUSE" });
    };
    const binding = bindWithRetry(1, { signal: stop.signal, clock: manualClock() }, busy);
    stop.abort(new Error("stopped"));
    expect(binding).rejects.toThrow("stopped");
  });
});

describe("tcp listener", () => {
  test("accepts, and a forced close cuts what is open", async () => {
    const listener = await listenTcp({
      host: hostname,
      port: 0,
      onConnection: (socket) => void socket.write("hi"),
    });
    const socket = connect(listener.port, hostname);
    const ended = new Promise((resolve) => socket.once("close", resolve));
    await new Promise((resolve) => socket.once("data", resolve));
    await listener.close(true);
    await ended;
    expect(socket.destroyed).toBe(true);
  });

  test("waits for a taken port as the http server does", async () => {
    const holder = await listenTcp({ host: hostname, port: 0, onConnection: () => {} });
    const clock = manualClock();
    const later = listenTcp({ host: hostname, port: holder.port, clock, onConnection: () => {} });
    await clock.advance(500);
    await holder.close(true);
    await clock.advance(500);
    const listener = await later;
    expect(listener.port).toBe(holder.port);
    await listener.close(true);
  });
});

describe("http server", () => {
  test("hides the text of a handler's error and logs it", async () => {
    const { lines, log } = capture();
    const server = await serveHttp({
      hostname,
      port: 0,
      log,
      fetch: () => {
        throw new Error("secret detail");
      },
    });
    const answer = await fetch(server.url);
    expect([answer.status, await answer.text()]).toEqual([500, "internal error\n"]);
    expect(lines.join("")).toContain("secret detail");
    await server.stop();
  });

  test("keeps a quiet event stream open past the idle timeout, and ends it when stopping", async () => {
    const first = Promise.withResolvers<void>();
    const server = await serveHttp({
      hostname,
      port: 0,
      idleTimeout: 1,
      fetch: (_request, info) => {
        const body = new ReadableStream<Uint8Array>({
          start: (controller) => {
            controller.enqueue(Buffer.from("data: 1\n\n"));
            info.stopping.addEventListener("abort", () => controller.close(), { once: true });
          },
        });
        return new Response(body, { headers: { "content-type": "text/event-stream" } });
      },
    });
    const reader = (await fetch(server.url)).body?.getReader();
    if (reader === undefined) throw new Error("no body");
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("data: 1\n\n");
    const next = reader.read();
    // Bun checks idle connections every four seconds or so; the wait must be longer than that to prove anything.
    const timer = setTimeout(() => first.resolve(), 6_000);
    const early = await Promise.race([next.then(() => "cut", String), first.promise.then(() => "open")]);
    clearTimeout(timer);
    expect(early).toBe("open");
    await server.stop();
    expect((await next).done).toBe(true);
  }, 15_000);

  test("cuts a request that does not end within the grace", async () => {
    const clock = manualClock();
    const started = Promise.withResolvers<void>();
    const server = await serveHttp({
      hostname,
      port: 0,
      clock,
      fetch: async () => {
        started.resolve();
        return await new Promise<Response>(() => {});
      },
    });
    const answer = fetch(server.url).then(String, () => "cut");
    await started.promise;
    const stopped = server.stop({ graceMs: 1_000 });
    await clock.advance(1_000);
    await stopped;
    expect(await answer).toBe("cut");
  });

  test("refuses a body above the limit", async () => {
    const server = await serveHttp({
      hostname,
      port: 0,
      maxBody: 1_000,
      fetch: async (request) => new Response(String((await request.text()).length)),
    });
    const answer = await fetch(server.url, { method: "POST", body: "x".repeat(2_000) });
    expect(answer.status).toBe(413);
    await server.stop();
  });

  test("gives the peer's address", async () => {
    const server = await serveHttp({
      hostname,
      port: 0,
      fetch: (_, info) => new Response(info.remoteAddress),
    });
    expect(await (await fetch(server.url)).text()).toBe(hostname);
    await server.stop();
  });
});

describe("websocket", () => {
  test("is taken over by its own handler, with the subprotocol that was confirmed", async () => {
    const events: string[] = [];
    const handler: WebSocketHandler = {
      open: (socket) => void socket.send("welcome"),
      message: (socket, data) => void socket.send(`echo ${String(data)}`),
      close: (_socket, code) => void events.push(`closed ${code}`),
    };
    const server = await serveHttp({
      hostname,
      port: 0,
      fetch: (_request, info) => {
        const taken = info.upgrade(handler, { protocol: "binary" });
        return new Response("not an upgrade", { status: taken ? 200 : 426 });
      },
    });
    expect((await fetch(server.url)).status).toBe(426);
    const socket = new WebSocket(server.url.replace("http", "ws"), ["binary", "other"]);
    const messages: string[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("error", reject);
      socket.addEventListener("message", (event) => {
        messages.push(String(event.data));
        if (messages.length === 1) socket.send("hi");
        else resolve();
      });
    });
    expect(messages).toEqual(["welcome", "echo hi"]);
    expect(socket.protocol).toBe("binary");
    const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    socket.close(1000);
    await closed;
    await server.stop({ graceful: false });
    expect(events).toEqual(["closed 1000"]);
  });
});
