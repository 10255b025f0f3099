import { describe, expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { serveHttp } from "../platform/listen.ts";
import { silentLogger } from "../platform/log.ts";
import { holdOtherLoopback } from "./main-loopback.ts";

const fetch = (): Response => new Response("ours");
const log = silentLogger;

const ipv6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ address }) => address === "::1"),
);
/** Without IPv6 there is no other address to hold. */
const withIpv6 = test.skipIf(!ipv6);

describe("the other loopback address", () => {
  withIpv6("answers as the first does, so that nobody else can [http:closed]", async () => {
    const first = await serveHttp({ hostname: "127.0.0.1", port: 0, fetch, log });
    const second = await holdOtherLoopback({ hostname: "127.0.0.1", port: first.port, fetch, log });
    try {
      const answer = await globalThis.fetch(`http://[::1]:${first.port}/`);
      expect(await answer.text()).toBe("ours");
    } finally {
      await second?.stop();
      await first.stop();
    }
  });

  withIpv6("of somebody else is said, at once, and stops nothing", async () => {
    const stranger = await serveHttp({ hostname: "::1", port: 0, fetch, log });
    const said: string[] = [];
    const loud = { ...log, warn: (_fields: object, text?: string) => void said.push(text ?? "") };
    const options = { hostname: "127.0.0.1", port: stranger.port, fetch, log: loud as typeof log };
    expect(await holdOtherLoopback(options)).toBeUndefined();
    expect(said.at(-1)).toContain('do not open the dashboard as "localhost"');
    await stranger.stop();
  });

  test("is not touched where the hive is told to listen elsewhere", async () => {
    expect(await holdOtherLoopback({ hostname: "0.0.0.0", port: 1, fetch, log })).toBeUndefined();
  });
});
