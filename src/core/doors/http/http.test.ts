import { describe, expect, test } from "bun:test";
import { createConnection } from "node:net";
import { fakeAgents, fakeTimeline, partial, statusOf } from "../../../../test/support/fake-services.ts";
import { bearer, openHttpBed } from "../../../../test/support/http-bed.ts";
import { manualClock } from "../../../lib/clock.ts";
import type { Endpoint } from "../../../wire/endpoint.ts";
import { operatorWire } from "../../../wire/wire.ts";
import type { OperatorServices } from "../operator-context.ts";

const ENDPOINTS: readonly Endpoint[] = Object.values(operatorWire);
const OVER_HTTP = ENDPOINTS.flatMap(({ http, access, cmd, stream }) =>
  http === undefined ? [] : [{ method: http[0], path: http[1].replace(/:\w+/g, "x"), access, cmd, stream }],
);

/** fetch does not let us lie about Host and Origin. */
function raw(port: number, head: readonly string[], body = ""): Promise<string> {
  const socket = createConnection({ host: "127.0.0.1", port });
  const all = Promise.withResolvers<string>();
  let text = "";
  socket.setEncoding("utf8").on("data", (part) => {
    text += part;
  });
  socket.on("close", () => all.resolve(text)).on("error", all.reject);
  const length = body === "" ? [] : [`content-length: ${body.length}`];
  socket.write([...head, "connection: close", ...length, "", body].join("\r\n"));
  return all.promise;
}

const agents = () => fakeAgents([statusOf("alice")]);

describe("the HTTP door", () => {
  for (const { method, path, access, cmd } of OVER_HTTP.filter(({ access }) => access !== "public")) {
    test(`[http:closed] ${method} ${path} (${cmd}) answers 401 without a good token`, async () => {
      // Services that throw at every touch: nothing may be reached.
      await using bed = await openHttpBed();
      for (const authorization of [undefined, "Bearer wrong", "Bearer ", "Basic eDp4", "bearer x"]) {
        const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
        const response = await bed.get(path, { method, headers });
        expect(response.status).toBe(401);
        const body = { error: "this needs a login", code: "unauthorized", hint: "hivectl login" };
        expect(await response.json()).toEqual(body);
      }
      expect(access).toBe("operator");
    });
  }

  for (const { method, path, cmd } of OVER_HTTP) {
    test(`[http:closed] ${method} ${path} (${cmd}) is closed to foreign origins and hosts, token or not`, async () => {
      await using bed = await openHttpBed();
      const token = await bed.login();
      const ours = `127.0.0.1:${bed.port}`;
      const attempts = [
        [`host: ${ours}`, "origin: https://evil.example"],
        [`host: ${ours}`, "origin: null"],
        // An agent's own page on this machine.
        [`host: ${ours}`, "origin: http://127.0.0.1:8142"],
        ["host: evil.example"],
        [`host: evil.example:${bed.port}`, `origin: http://evil.example:${bed.port}`],
      ];
      for (const lines of attempts) {
        const answer = await raw(bed.port, [
          `${method} ${path} HTTP/1.1`,
          ...lines,
          `authorization: Bearer ${token}`,
        ]);
        expect(answer).toStartWith("HTTP/1.1 403");
        expect(answer).toContain('"code":"forbidden"');
        expect(answer.toLowerCase()).not.toContain("access-control-");
      }
    });
  }

  test("[http:closed] only the login is open, and nobody gets a cookie", async () => {
    await using bed = await openHttpBed({ services: { agents: agents() } });
    expect(OVER_HTTP.filter(({ access }) => access === "public").map(({ cmd }) => cmd)).toEqual(["login"]);
    const responses = [
      await bed.get("/"),
      await bed.get("/api/v1/agents", bearer(await bed.login())),
      await bed.get("/api/v1/nothing"),
    ];
    for (const response of responses) expect(response.headers.get("set-cookie")).toBeNull();
  });

  test("answers from its own names and the proxy's, with the same origin", async () => {
    await using bed = await openHttpBed({ services: { agents: agents() }, allowedHosts: ["other.lan"] });
    const token = await bed.login();
    for (const host of [
      `localhost:${bed.port}`,
      `[::1]:${bed.port}`,
      "hive.example.org",
      "HIVE.example.org:443",
      "other.lan:99",
    ]) {
      const scheme = host.includes("example") ? "https" : "http";
      const answer = await raw(bed.port, [
        "GET /api/v1/agents HTTP/1.1",
        `host: ${host}`,
        `origin: ${scheme}://${host}`,
        `authorization: Bearer ${token}`,
      ]);
      expect(answer).toStartWith("HTTP/1.1 200");
    }
  });

  test("every answer carries the security headers", async () => {
    await using bed = await openHttpBed();
    for (const path of ["/", "/api/v1/agents", "/none"]) {
      const { headers } = await bed.get(path);
      expect(headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
    }
  });

  test("takes fields from path, query and body, strictly", async () => {
    const asked: unknown[] = [];
    const services = {
      agents: partial<OperatorServices["agents"]>({
        ...agents(),
        setPaused: async (_actor, input) => void asked.push(input),
      }),
      control: partial<OperatorServices["control"]>({ settingsChanged: () => {} }),
      broker: partial<OperatorServices["broker"]>({
        list: (input) => {
          asked.push(input);
          return { messages: [], more: false };
        },
      }),
    };
    await using bed = await openHttpBed({ services });
    const token = await bed.login();
    const json = bearer(token, { "content-type": "application/json" });
    const pause = (body: string, more: object = {}) =>
      bed.get("/api/v1/agents/alice/paused", { method: "POST", ...json, body, ...more });
    expect((await pause('{"paused":true}')).status).toBe(200);
    expect((await bed.get("/api/v1/messages?limit=7&party=bob", bearer(token))).status).toBe(200);
    expect(asked).toEqual([
      { name: "alice", paused: true },
      { limit: 7, party: "bob" },
    ]);
    const refusals = [
      [await pause('{"paused":true,"name":"bob"}'), 'field "name" is said twice, differently'],
      [await pause('{"paused":true,"x":1}'), 'unknown field "x" in "set_paused"'],
      [await pause("{}"), '"set_paused": field "paused" is missing'],
      [await pause("[]"), "the body is one JSON object"],
      [await pause("{"), "the body is not JSON"],
      [
        await pause('{"paused":true}', bearer(token, { "content-type": "text/plain" })),
        'content type "text/plain" is not "application/json"',
      ],
    ] as const;
    for (const [response, error] of refusals) {
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error, code: "invalid" });
    }
    expect(asked.length).toBe(2);
  });

  test("a body over 1 MiB is too large, announced or not", async () => {
    await using bed = await openHttpBed();
    const json = bearer(await bed.login(), { "content-type": "application/json" });
    const big = new Uint8Array(1024 * 1024 + 1).fill(0x20);
    const announced = await bed.get("/api/v1/messages", { method: "POST", ...json, body: big });
    expect(announced.status).toBe(413);
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(big);
        controller.close();
      },
    });
    const streamed = await bed.get("/api/v1/messages", { method: "POST", ...json, body });
    expect(streamed.status).toBe(413);
    expect(await streamed.json()).toMatchObject({ code: "too_large" });
  });

  test("64-bit ids pass through", async () => {
    const ids: bigint[] = [];
    const approvals = partial<OperatorServices["approvals"]>({
      approve: async (_actor, id) => {
        ids.push(id);
        return {
          id,
          agent: "a",
          kind: "spawn",
          commit_ref: "",
          requested_at: "2026-11-23T00:00:00Z",
          status: "approved",
        };
      },
    });
    await using bed = await openHttpBed({ services: { approvals } });
    const init = { method: "POST", ...bearer(await bed.login()) };
    const response = await bed.get("/api/v1/approvals/9223372036854775807/approve", init);
    expect(await response.text()).toContain('"id":9223372036854775807,');
    expect(ids).toEqual([9223372036854775807n]);
  });

  test("unknown paths are 404 in JSON, wrong methods 405, HEAD has no body", async () => {
    await using bed = await openHttpBed({ services: { agents: agents(), ...fakeTimeline() } });
    const auth = bearer(await bed.login());
    const unknown = await bed.get("/api/v1/nothing", auth);
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: "not_found" }]);
    const wrong = await bed.get("/api/v1/agents", { method: "DELETE", ...auth });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, POST"]);
    const head = await bed.get("/api/v1/agents", { method: "HEAD", ...auth });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const stream = await bed.get("/api/v1/events", { method: "HEAD", ...auth });
    expect(stream.headers.get("content-type")).toStartWith("text/event-stream");
  });

  test("pages without a bundle say how to build; strange paths are 404", async () => {
    await using bed = await openHttpBed();
    for (const path of ["/", "/agent/alice/"])
      expect(await (await bed.get(path)).text()).toContain("scripts/build");
    const bare = await bed.get("/agent/alice", { redirect: "manual" });
    expect([bare.status, bare.headers.get("location")]).toEqual([308, "/agent/alice/"]);
    for (const path of [
      "/agent/-x/",
      "/agent/A/",
      "/agent/%2e%2e%2f/",
      "/etc/passwd",
      "/x/",
      "//evil.example/",
    ]) {
      expect((await bed.get(path)).status).toBe(404);
    }
    expect((await bed.get("/", { method: "POST" })).status).toBe(405);
  });
});

describe("a browser's login", () => {
  const exchange = (bed: { get: (path: string, init: RequestInit) => Promise<Response> }, code: string) =>
    bed.get("/api/v1/login", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code }),
    });
  const operator = { kind: "operator", via: "host", who: "uid:0" } as const;

  test("is good once and for five minutes, and gives a token that works", async () => {
    const clock = manualClock(Date.UTC(2026, 10, 23));
    await using bed = await openHttpBed({ clock, services: { agents: agents() } });
    const code = (await bed.logins.createLink(operator)).url.split("#login=")[1] ?? "";
    const answer = await exchange(bed, code);
    expect(answer.status).toBe(200);
    const { token } = (await answer.json()) as { token: string };
    expect((await bed.get("/api/v1/agents", bearer(token))).status).toBe(200);
    expect((await exchange(bed, code)).status).toBe(401);
    const late = (await bed.logins.createLink(operator)).url.split("#login=")[1] ?? "";
    clock.jump(5 * 60_000);
    expect((await exchange(bed, late)).status).toBe(401);
  });

  test("wrong codes are limited to ten a minute, and never lock the operator out", async () => {
    const clock = manualClock(Date.UTC(2026, 10, 23));
    await using bed = await openHttpBed({ clock });
    for (let i = 0; i < 10; i++) expect((await exchange(bed, "guess")).status).toBe(401);
    expect((await exchange(bed, "guess")).status).toBe(429);
    const code = (await bed.logins.createLink(operator)).url.split("#login=")[1] ?? "";
    expect((await exchange(bed, code)).status).toBe(200);
    await clock.advance(60_000);
    expect((await exchange(bed, "guess")).status).toBe(401);
  });

  test("lasts 30 days from the last use, is listed and can be revoked", async () => {
    const clock = manualClock(Date.UTC(2026, 10, 23));
    await using bed = await openHttpBed({ clock, services: { agents: agents() } });
    const token = await bed.login();
    const status = async () => (await bed.get("/api/v1/agents", bearer(token))).status;
    clock.jump(29 * 86_400_000);
    expect(await status()).toBe(200);
    clock.jump(29 * 86_400_000);
    expect(await status()).toBe(200);
    const other = await bed.login();
    const { sessions } = (await (await bed.get("/api/v1/sessions", bearer(other))).json()) as {
      sessions: { id: string }[];
    };
    expect(sessions.length).toBe(2);
    for (const { id } of sessions) {
      await bed.get(`/api/v1/sessions/${id}/revoke`, { method: "POST", ...bearer(other) });
    }
    expect(await status()).toBe(401);
  });
});
