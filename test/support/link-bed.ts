/** An agent's door over the real handlers and links, and a harness that speaks frame by frame. */
import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTickets, ticketKey } from "../../src/core/auth/tickets.ts";
import type { LinkServices } from "../../src/core/doors/agent-context.ts";
import { agentSocketPath, openAgentDoor } from "../../src/core/doors/agent-socket/agent-socket.ts";
import { createDispatch } from "../../src/core/doors/dispatch.ts";
import { createRefuse } from "../../src/core/doors/refuse.ts";
import { linkRoutes } from "../../src/core/doors/routes/link.ts";
import { createLinks, type LinkRegistry } from "../../src/core/links/links.ts";
import type { Broker } from "../../src/core/services.ts";
import { type ManualClock, manualClock, systemClock } from "../../src/lib/clock.ts";
import type { Conn } from "../../src/platform/conn.ts";
import { readLines } from "../../src/platform/json-lines.ts";
import { silentLogger } from "../../src/platform/log.ts";
import { connectUnix } from "../../src/platform/unix-socket.ts";
import { AgentConfig } from "../../src/wire/agent-config.ts";
import { parseJson } from "../../src/wire/json.ts";
import type { HarnessSettings } from "../../src/wire/link.ts";
import { agentWire } from "../../src/wire/wire.ts";
import { fakeAgents, newId, partial, statusOf } from "./fake-services.ts";

const cleanups: (() => Promise<void> | void)[] = [];

/** Call it after each test. */
export async function closeLinkBeds(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export interface LinkBed {
  readonly links: LinkRegistry;
  readonly path: string;
  readonly clock: ManualClock;
  readonly attached: string[];
  readonly detached: string[];
  readonly changed: string[];
  readonly services: LinkServices;
  settings: HarnessSettings;
}

export async function openLinkBed(
  broker: Partial<Broker> = {},
  more: Partial<LinkServices> = {},
): Promise<LinkBed> {
  const dir = mkdtempSync(join(tmpdir(), "hive-link-"));
  const clock = manualClock(Date.UTC(2026, 10, 23));
  const attached: string[] = [];
  const detached: string[] = [];
  const changed: string[] = [];
  const agents = fakeAgents([statusOf("alice"), statusOf("hm1nd")], ["hm1nd"]);
  const tickets = createTickets({ privateKey: ticketKey(dir), clock, newId });
  const links: LinkRegistry = createLinks({
    clock,
    log: silentLogger,
    settingsOf: () => bed.settings,
    open: (agent) =>
      openAgentDoor(agent, {
        runtimeDir: dir,
        dispatch,
        links,
        agents,
        refuse,
        clock: systemClock,
        log: silentLogger,
      }),
    onChange: (agent) => void changed.push(agent),
    onDetached: (agent) => void detached.push(agent),
  });
  const services: LinkServices = {
    agents,
    approvals: partial<LinkServices["approvals"]>({}, "approvals"),
    broker: partial<Broker>(
      {
        attach: async (agent, boot, lease) => {
          attached.push(`${agent} ${boot}`);
          return lease === undefined ? undefined : "held";
        },
        ...broker,
      },
      "broker",
    ),
    lifecycle: partial<LinkServices["lifecycle"]>({}, "lifecycle"),
    links,
    questions: partial<LinkServices["questions"]>({}, "questions"),
    reminders: partial<LinkServices["reminders"]>({}, "reminders"),
    tickets,
    ...more,
  };
  const dispatch = createDispatch(agentWire, linkRoutes(services));
  const refuse = createRefuse({ log: silentLogger, newId });
  const bed: LinkBed = {
    links,
    path: agentSocketPath(dir, "alice"),
    clock,
    attached,
    detached,
    changed,
    services,
    settings: {
      agent: "alice",
      role: "agent",
      config: AgentConfig.parse({}),
      paused: false,
      ticket_public_key: tickets.publicKey,
      allowed_origins: [],
    },
  };
  await links.register("alice");
  cleanups.push(
    () => rmSync(dir, { recursive: true, force: true }),
    () => links.close(),
  );
  return bed;
}

export interface FakeHarness {
  readonly conn: Conn;
  send(frame: object): void;
  /** The next frame; undefined when the connection ended. */
  next(): Promise<Record<string, unknown> | undefined>;
}

export async function connectHarness(path: string): Promise<FakeHarness> {
  const conn = await connectUnix(path);
  cleanups.push(() => conn.destroy());
  const lines = readLines(conn);
  return {
    conn,
    send: (frame) => void conn.write(`${JSON.stringify(frame)}\n`),
    next: async () => {
      const line = await lines.next();
      return line.done === true ? undefined : (parseJson(line.value) as Record<string, unknown>);
    },
  };
}

export const hello = (boot: string, more: object = {}): object => ({
  rid: 1,
  cmd: "hello",
  link_version: 1,
  version: "0",
  pid: 1,
  boot_id: boot,
  ...more,
});

export async function greeted(path: string, boot = "boot-0001"): Promise<FakeHarness> {
  const harness = await connectHarness(path);
  harness.send(hello(boot));
  expect(await harness.next()).toMatchObject({ rid: 1, ok: true });
  return harness;
}

export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 4_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("the condition did not come true");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
