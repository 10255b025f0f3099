import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../../../test/support/fake-services.ts";
import {
  closeLinkBeds,
  connectHarness,
  greeted,
  hello,
  openLinkBed,
  until,
} from "../../../test/support/link-bed.ts";
import { connectUnix } from "../../platform/unix-socket.ts";
import { createTickets, ticketKey } from "../auth/tickets.ts";

afterEach(closeLinkBeds);

describe("an agent's link", () => {
  test("begins with hello, which is answered with the settings", async () => {
    const { links, path, attached } = await openLinkBed();
    expect(links.connected("alice")).toBe(false);
    await greeted(path);
    expect(links.connected("alice")).toBe(true);
    expect(attached).toEqual(["alice boot-0001"]);
  });

  test("is refused and closed when hello names another agent", async () => {
    const { links, path } = await openLinkBed();
    const liar = await connectHarness(path);
    liar.send(hello("boot-0001", { agent: "bob" }));
    expect(await liar.next()).toEqual({
      rid: 1,
      ok: false,
      error: 'this is the socket of agent "alice"',
      code: "forbidden",
    });
    expect(await liar.next()).toBeUndefined();
    expect(links.connected("alice")).toBe(false);
  });

  test("is closed when the first frame is not hello", async () => {
    const { path } = await openLinkBed();
    const rude = await connectHarness(path);
    rude.send({ rid: 5, cmd: "set_status", text: "x" });
    expect(await rude.next()).toMatchObject({ rid: 5, ok: false, code: "conflict" });
    expect(await rude.next()).toBeUndefined();
  });

  test("a newer hello supersedes the older connection, which is closed", async () => {
    const { links, path, detached } = await openLinkBed();
    const old = await greeted(path, "boot-0001");
    const young = await greeted(path, "boot-0002");
    expect(await old.next()).toBeUndefined();
    old.conn.destroy();
    expect(links.connected("alice")).toBe(true);
    expect(detached).toEqual([]);
    expect(links.push("alice", { push: "compact" })).toBe(true);
    expect(await young.next()).toEqual({ push: "compact" });
  });

  test("field notes: register_agent is idempotent: again while the harness is connected, which comes back to the new socket", async () => {
    const { links, path, detached } = await openLinkBed();
    const before = await greeted(path);
    await links.register("alice");
    expect(await before.next()).toBeUndefined();
    await until(() => detached.length === 1);
    await greeted(path, "boot-0001");
    expect(links.connected("alice")).toBe(true);
  });

  test("field notes: register_agent is idempotent: many times at once leave one socket that works", async () => {
    const { links, path } = await openLinkBed();
    await Promise.all(Array.from({ length: 8 }, () => links.register("alice")));
    await greeted(path);
    await links.unregister("alice");
    await expect(connectUnix(path)).rejects.toThrow("no socket");
  });

  test("requests are answered as they get ready, not in order", async () => {
    const gate = Promise.withResolvers<void>();
    const { path } = await openLinkBed({
      leaseMore: async () => {
        await gate.promise;
        return [];
      },
      read: async () => {},
    });
    const harness = await greeted(path);
    const lease_id = newId();
    harness.send({ rid: 2, cmd: "lease_more", lease_id });
    harness.send({ rid: 3, cmd: "read", lease_id, message_ids: [newId()] });
    expect(await harness.next()).toEqual({ rid: 3, ok: true });
    gate.resolve();
    expect(await harness.next()).toEqual({ rid: 2, ok: true, messages: [] });
  });

  test("a lease that waits is given up when the connection ends", async () => {
    const aborted = Promise.withResolvers<void>();
    const { path, detached } = await openLinkBed({
      lease: (_agent, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            aborted.resolve();
            reject(signal.reason);
          });
        }),
    });
    const harness = await greeted(path);
    harness.send({ rid: 2, cmd: "lease" });
    harness.send({ rid: 3, cmd: "report", state: { kind: "idle" } });
    expect(await harness.next()).toEqual({ rid: 3, ok: true });
    harness.conn.destroy();
    await aborted.promise;
    await until(() => detached.length === 1);
  });

  test("[status:honest] silence is shown within twice the heartbeat, and a frame ends it", async () => {
    const { links, path, clock, changed } = await openLinkBed();
    const harness = await greeted(path);
    harness.send({ rid: 2, cmd: "report", state: { kind: "idle" } });
    await harness.next();
    expect(links.observe("alice")).toMatchObject({ connected: true, state: { kind: "idle" } });
    changed.length = 0;
    await clock.advance(4_000);
    expect(links.observe("alice")).toMatchObject({ connected: false });
    expect(links.observe("alice").state).toBeUndefined();
    expect(changed).toEqual(["alice"]);
    harness.send({ rid: 3, cmd: "report", state: { kind: "idle" } });
    await harness.next();
    expect(links.connected("alice")).toBe(true);
  });

  test("a harness that stays silent is cut off, and its lease may go back", async () => {
    const { path, clock, detached } = await openLinkBed();
    const harness = await greeted(path);
    await clock.advance(20_000);
    expect(await harness.next()).toBeUndefined();
    expect(detached).toEqual(["alice"]);
  });

  test("changed settings are pushed once", async () => {
    const bed = await openLinkBed();
    const harness = await greeted(bed.path);
    bed.links.refresh("alice");
    bed.settings = { ...bed.settings, paused: true };
    bed.links.refresh("alice");
    bed.links.refresh("alice");
    bed.links.push("alice", { push: "new_session" });
    expect(await harness.next()).toMatchObject({ push: "settings", settings: { paused: true } });
    expect(await harness.next()).toEqual({ push: "new_session" });
  });

  test("what is pushed before hello is answered comes after the answer", async () => {
    const gate = Promise.withResolvers<undefined>();
    const { links, path } = await openLinkBed({ attach: () => gate.promise });
    const harness = await connectHarness(path);
    harness.send(hello("boot-0001"));
    await until(() => links.push("alice", { push: "compact" }));
    gate.resolve(undefined);
    expect(await harness.next()).toMatchObject({ rid: 1, ok: true });
    expect(await harness.next()).toEqual({ push: "compact" });
  });
});

describe("an agent's link and hostile input", () => {
  test("garbage is answered, repeated garbage closes the connection", async () => {
    const { path } = await openLinkBed();
    const harness = await greeted(path);
    harness.conn.write("nonsense\n");
    expect(await harness.next()).toMatchObject({ rid: null, ok: false, code: "invalid" });
    harness.send({ rid: 2, cmd: "report", state: { kind: "idle" } });
    expect(await harness.next()).toMatchObject({ rid: 2, ok: true });
    harness.conn.write("x\n".repeat(5));
    for (let i = 0; i < 5; i++) expect(await harness.next()).toMatchObject({ rid: null, ok: false });
    expect(await harness.next()).toBeUndefined();
  });

  test("a line over 1 MiB ends the connection with its reason", async () => {
    const { path } = await openLinkBed();
    const harness = await greeted(path);
    harness.conn.write(`${"x".repeat(2 * 1024 * 1024)}\n`);
    expect(await harness.next()).toMatchObject({ rid: null, ok: false, code: "too_large" });
  });

  test("a flood is held back: no more than 64 requests are under way", async () => {
    let running = 0;
    let most = 0;
    const gates: (() => void)[] = [];
    const { path } = await openLinkBed({
      leaseMore: () =>
        new Promise((resolve) => {
          running += 1;
          most = Math.max(most, running);
          gates.push(() => {
            running -= 1;
            resolve([]);
          });
        }),
    });
    const harness = await greeted(path);
    const lease_id = newId();
    for (let rid = 2; rid < 502; rid++) harness.send({ rid, cmd: "lease_more", lease_id });
    await until(() => running === 64);
    for (let answered = 0; answered < 500; answered++) {
      await until(() => gates.length > 0);
      gates.shift()?.();
      expect(await harness.next()).toMatchObject({ ok: true });
    }
    expect(most).toBe(64);
  });

  test("[approval:self] no verb of the operator or the manager is open to an agent", async () => {
    const { path } = await openLinkBed();
    const harness = await greeted(path);
    for (const cmd of ["approve", "deny", "spawn", "set_paused", "login_link"]) {
      harness.send({ rid: 2, cmd, id: 1 });
      expect(await harness.next()).toMatchObject({ rid: 2, ok: false, code: "unknown_command" });
    }
    harness.send({ rid: 3, cmd: "request_spawn", name: "eve", reason: "mine" });
    expect(await harness.next()).toMatchObject({ rid: 3, ok: false, code: "forbidden" });
  });

  test("no field changes who speaks", async () => {
    const senders: unknown[] = [];
    const { path } = await openLinkBed({
      send: async (actor) => {
        senders.push(actor);
        return { ids: [newId()], repeated: false };
      },
    });
    const harness = await greeted(path);
    harness.send({ rid: 2, cmd: "send", to: "bob", body: "hi", from: "operator" });
    expect(await harness.next()).toMatchObject({ ok: false, error: 'unknown field "from" in "send"' });
    harness.send({ rid: 3, cmd: "send", to: "bob", body: "hi" });
    expect(await harness.next()).toMatchObject({ ok: true });
    expect(senders).toEqual([{ kind: "agent", name: "alice", manager: false }]);
  });

  test("the operator's words from the page are believed with a ticket for this agent and right only", async () => {
    const senders: string[] = [];
    const { path, services, clock } = await openLinkBed({
      send: async (actor) => {
        senders.push(actor.kind);
        return { ids: [newId()], repeated: false };
      },
    });
    const { tickets } = services;
    const harness = await greeted(path);
    const foreign = createTickets({
      privateKey: ticketKey(mkdtempSync(join(tmpdir(), "hive-key-"))),
      clock,
      newId,
    });
    const bad = [
      "rubbish",
      "a.b",
      tickets.issue("bob", ["send"]).ticket,
      tickets.issue("alice", ["read"]).ticket,
      foreign.issue("alice", ["send"]).ticket,
      `${tickets.issue("alice", ["send"]).ticket}x`,
    ];
    for (const ticket of bad) {
      harness.send({ rid: 2, cmd: "operator_send", ticket, body: "hi" });
      expect(await harness.next()).toMatchObject({ rid: 2, ok: false, code: "unauthorized" });
    }
    const { ticket } = tickets.issue("alice", ["read", "send"]);
    harness.send({ rid: 3, cmd: "operator_send", ticket, body: "hi" });
    expect(await harness.next()).toMatchObject({ rid: 3, ok: true });
    expect(senders).toEqual(["operator"]);
    clock.jump(601_000);
    harness.send({ rid: 4, cmd: "operator_send", ticket, body: "hi" });
    expect(await harness.next()).toMatchObject({ rid: 4, ok: false, code: "unauthorized" });
  });
});
