// The gateway as browsers use it: the real nginx, with the lines that a host would have.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Gateway, gatewayReason, startGateway } from "./nginx.ts";

const reason = gatewayReason();
const HTML = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
const PAGE = "<!doctype html><title>matrix</title>";

// Where nginx or nix is missing, the title says so.
const served = describe.skipIf(reason !== undefined);
const named = (what: string): string => (reason === undefined ? what : `${what} (${reason})`);

let gateway: Gateway;
let backend: ReturnType<typeof startBackend>;
const next = Promise.withResolvers<void>();

/** In place of hive-c0re: says what it was asked, streams when told to, and echoes. */
function startBackend() {
  return Bun.serve<{ readonly path: string }>({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, server) => {
      const { pathname: path } = new URL(request.url);
      if (server.upgrade(request, { data: { path } })) return undefined;
      if (path === "/events")
        return new Response(events(), {
          headers: { "content-type": "text/event-stream" },
        });
      const { headers } = request;
      const proto = headers.get("x-forwarded-proto");
      return Response.json({ path, host: headers.get("host"), proto, upgrade: headers.get("upgrade") });
    },
    websocket: { message: (socket, text) => void socket.send(`${socket.data.path}: ${text}`) },
  });
}

function events(): ReadableStream<Uint8Array> {
  const text = new TextEncoder();
  return new ReadableStream({
    start: async (stream) => {
      stream.enqueue(text.encode("data: first\n\n"));
      await next.promise;
      stream.enqueue(text.encode("data: second\n\n"));
      stream.close();
    },
  });
}

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://${gateway.address}${path}`, { headers });

beforeAll(async () => {
  if (reason !== undefined) return;
  backend = startBackend();
  gateway = await startGateway(`127.0.0.1:${backend.port}`, {
    "index.html": PAGE,
    "app.js": "run()",
    "config.unknownextension": "{}",
  });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await backend?.stop(true);
});

served(named("the gateway"), () => {
  test("hands everything to the dashboard, under the name the browser used", async () => {
    for (const path of ["/", "/agent/alice/", "/api/v1/agents"]) {
      const answer = await (await get(path, { host: "hive.example.org" })).json();
      expect(answer).toEqual({ path, host: "hive.example.org", proto: "http", upgrade: null });
    }
  });

  test("passes an event on when it happens, not when the stream ends", async () => {
    const response = await get("/events");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe("data: first\n\n");
    next.resolve();
    expect((await reader?.read())?.value).toBe("data: second\n\n");
  });

  test("carries a WebSocket of an agent's page", async () => {
    const answer = Promise.withResolvers<unknown>();
    const socket = new WebSocket(`ws://${gateway.address}/agent/alice/screen/ws`);
    socket.onopen = () => socket.send("hello");
    socket.onmessage = ({ data }) => answer.resolve(data);
    socket.onerror = () => answer.reject(new Error("the WebSocket failed"));
    expect(await answer.promise).toBe("/agent/alice/screen/ws: hello");
    socket.close();
  });
});

served(named("the gateway of a single-page application"), () => {
  test.each(["/matrix/", "/matrix/room/one", "/matrix/#/login"])(
    "gives a navigation to %s its page",
    async (path) => {
      const response = await get(path, HTML);
      expect([response.status, await response.text()]).toEqual([200, PAGE]);
    },
  );

  test.each([
    ["a script", "/matrix/missing.js", "*/*"],
    ["a picture", "/matrix/missing.png", "image/avif,image/webp,*/*;q=0.8"],
    ["one of an unknown kind", "/matrix/missing.wasm2", "*/*"],
  ])("says of %s that is missing that it is", async (_, path, accept) => {
    expect((await get(path, { accept })).status).toBe(404);
  });

  test("gives the assets that are there, whatever they are called", async () => {
    expect(await (await get("/matrix/app.js", { accept: "*/*" })).text()).toBe("run()");
    expect(await (await get("/matrix/config.unknownextension", HTML)).text()).toBe("{}");
  });
});
