import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeAgents, newId, statusOf } from "../../../test/support/fake-services.ts";
import { systemClock } from "../../lib/clock.ts";
import { importTicketKey, openTicket } from "../../lib/ticket.ts";
import { serveHttp } from "../../platform/listen.ts";
import { HiveError } from "../../wire/errors.ts";
import type { JournalFrame } from "../../wire/journal.ts";
import { createTickets, ticketKey } from "../auth/tickets.ts";
import { createJournalProxy, type JournalProxy } from "./journal-proxy.ts";

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Bed {
  readonly journal: JournalProxy;
  readonly asked: Asked[];
}

/** Read at once: a request is emptied when it has been answered. */
interface Asked {
  readonly search: string;
  readonly ticket: string;
}

const dir = (): string => {
  const path = mkdtempSync(join(tmpdir(), "hive-proxy-"));
  cleanups.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

const tickets = () => createTickets({ privateKey: ticketKey(dir()), clock: systemClock, newId });

/** An agent's page that answers as it likes. */
async function harness(
  answer: (request: Request) => Response | Promise<Response>,
  seen: { connected?: boolean; portOff?: number } = {},
): Promise<Bed> {
  const asked: Asked[] = [];
  const server = await serveHttp({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => {
      const ticket = request.headers.get("authorization")?.slice(7) ?? "";
      asked.push({ search: new URL(request.url).search, ticket });
      return answer(request);
    },
  });
  cleanups.push(() => server.stop({ graceful: false }));
  const { connected = true, portOff = 0 } = seen;
  const journal = createJournalProxy({
    agents: fakeAgents([statusOf("alice")]),
    links: { observe: () => ({ connected, web_port: server.port + portOff }) },
    tickets: tickets(),
    fetch: (url, init) => fetch(url, init),
    portOf: () => server.port,
  });
  return { journal, asked };
}

const never = new AbortController().signal;
const event = (seq: number) => ({ seq, at: "2026-11-23T00:00:00Z", data: { kind: "text", text: "hi" } });

async function refusal(work: Promise<unknown>): Promise<HiveError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof HiveError) return thrown;
  throw new Error(`not refused: ${String(thrown)}`);
}

describe("the journal proxy", () => {
  test("asks with a ticket for this agent that may read and nothing else", async () => {
    const sign = tickets();
    const { journal, asked } = await harness(() =>
      Response.json({ events: [event(1)], more: false, extra: 1 }),
    );
    const history = await journal.history("alice", { after: 0, limit: 5, search: "a b" }, never);
    expect(history).toEqual({ events: [event(1)], more: false } as typeof history);
    const [request] = asked;
    expect(request?.search).toBe("?after=0&limit=5&search=a+b");
    const ticket = request?.ticket ?? "";
    const claims = JSON.parse(Buffer.from(ticket.split(".")[0] ?? "", "base64url").toString());
    expect(claims).toMatchObject({ agent: "alice", rights: ["read"] });
    expect(await openTicket(await importTicketKey(sign.publicKey), ticket)).toBeUndefined();
  });

  test("a stopped agent is said to be stopped, with the command that starts it", async () => {
    const { journal, asked } = await harness(() => new Response(""), { connected: false });
    const error = await refusal(journal.info("alice", never));
    expect(error).toMatchObject({ code: "unavailable", hint: "hivectl agent start alice" });
    expect(asked).toEqual([]);
  });

  test("[agent:confined] a harness that names another port is not followed there", async () => {
    const { journal, asked } = await harness(() => new Response(""), { portOff: 1 });
    expect((await refusal(journal.info("alice", never))).code).toBe("unavailable");
    expect(asked).toEqual([]);
  });

  const HOSTILE: readonly (readonly [string, () => Response])[] = [
    ["redirects", () => Response.redirect("http://127.0.0.1:1/")],
    ["answers 500", () => new Response("x", { status: 500 })],
    ["sends something else", () => new Response("<html>")],
    ["sends the wrong shape", () => Response.json({ events: "all" })],
    ["sends more than 8 MiB", () => new Response("x".repeat(9 * 1024 * 1024))],
  ];
  for (const [what, answer] of HOSTILE) {
    test(`[agent:confined] a harness that ${what} is unavailable, and harms nobody`, async () => {
      const { journal } = await harness(answer);
      const error = await refusal(journal.history("alice", { limit: 1 }, never));
      expect(error.code).toBe("unavailable");
      expect(error.message).toStartWith('the journal of agent "alice" cannot be read');
    });
  }

  test("passes frames on as they come, and ends with an error when the harness does", async () => {
    const frame: JournalFrame = { type: "delta", delta: { kind: "text_delta", text: "a\nb" } };
    const body = `: hello\n\nid: 3\ndata: ${JSON.stringify(frame)}\n\ndata: ${JSON.stringify({ type: "event", event: event(3) })}\n\n`;
    const { journal } = await harness(() => new Response(body));
    const frames: JournalFrame[] = [];
    const read = async (): Promise<void> => {
      for await (const next of journal.stream("alice", 2, never)) frames.push(next);
    };
    expect((await refusal(read())).message).toContain("its stream ended");
    expect(frames.map(({ type }) => type)).toEqual(["delta", "event"]);
  });

  test("[agent:confined] a frame without end is cut off", async () => {
    const { journal } = await harness(() => new Response(`data: ${"x".repeat(3 * 1024 * 1024)}`));
    const read = async (): Promise<void> => {
      for await (const _ of journal.stream("alice", undefined, never)) throw new Error("a frame came");
    };
    expect((await refusal(read())).code).toBe("too_large");
  });

  test("a caller that leaves ends the request to the harness", async () => {
    const ended = Promise.withResolvers<void>();
    const { journal } = await harness((request) => {
      request.signal.addEventListener("abort", () => ended.resolve());
      return new Response(
        new ReadableStream({ start: (out) => out.enqueue(new TextEncoder().encode(":\n\n")) }),
      );
    });
    const gone = new AbortController();
    const read = Array.fromAsync(journal.stream("alice", undefined, gone.signal));
    await new Promise((resolve) => setImmediate(resolve));
    gone.abort();
    expect(await read.catch(() => [])).toEqual([]);
  });
});
