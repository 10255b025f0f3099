import { afterEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../../../test/support/fake-services.ts";
import { manualClock } from "../../lib/clock.ts";
import { createTickets, ticketKey } from "./tickets.ts";

const dirs: string[] = [];
function fresh(): string {
  const dir = mkdtempSync(join(tmpdir(), "hive-ticket-"));
  dirs.push(dir);
  return dir;
}
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe("tickets", () => {
  test("the key is made once, for the daemon alone", () => {
    const dir = fresh();
    const first = createTickets({ privateKey: ticketKey(dir), clock: manualClock(), newId });
    const second = createTickets({ privateKey: ticketKey(dir), clock: manualClock(), newId });
    expect(first.publicKey).toBe(second.publicKey);
    expect(statSync(join(dir, "keys/ticket.pem")).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, "keys")).mode & 0o777).toBe(0o700);
  });

  test("a key that is a link is not followed", () => {
    const dir = fresh();
    mkdirSync(join(dir, "keys"));
    symlinkSync("/etc/passwd", join(dir, "keys/ticket.pem"));
    expect(() => ticketKey(dir)).toThrow("symbolic link");
  });

  test("are good for one agent, their rights and ten minutes", async () => {
    const clock = manualClock(Date.UTC(2026, 10, 23));
    const tickets = createTickets({ privateKey: ticketKey(fresh()), clock, newId });
    const { ticket, expires_at } = tickets.issue("alice", ["read"]);
    expect(expires_at).toBe("2026-11-23T00:10:00.000Z");
    expect(await tickets.check(ticket, "alice", "read")).toMatchObject({ agent: "alice" });
    expect(await tickets.check(ticket, "bob", "read")).toBeUndefined();
    expect(await tickets.check(ticket, "alice", "send")).toBeUndefined();
    clock.jump(600_000);
    expect(await tickets.check(ticket, "alice", "read")).toBeUndefined();
  });

  test("any change breaks the seal, and rubbish is only refused", async () => {
    const clock = manualClock(Date.UTC(2026, 10, 23));
    const tickets = createTickets({ privateKey: ticketKey(fresh()), clock, newId });
    const { ticket } = tickets.issue("alice", ["read"]);
    const [payload = "", seal = ""] = ticket.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, rights: ["send"] })).toString("base64url");
    for (const bad of [
      `${forged}.${seal}`,
      `${payload}.`,
      `.${seal}`,
      ".",
      "",
      "a",
      `${ticket}.x`,
      "ü.ü",
      `${payload}=.${seal}`,
    ]) {
      expect(await tickets.check(bad, "alice", "read")).toBeUndefined();
    }
  });
});
