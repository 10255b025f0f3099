/**
 * The harnesses' connections: at most one counts per agent, the newest. What a harness last said, whether it still
 * speaks, and a way to speak to it. Bytes and frames are the agent door's; messages are the broker's.
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../platform/log.ts";
import type { Input } from "../../wire/endpoint.ts";
import { type HarnessSettings, HEARTBEAT_SECONDS, type LinkPush } from "../../wire/link.ts";
import type { agentWire } from "../../wire/wire.ts";
import type { LinkObservation, Links } from "../services.ts";
import { createDoorKeeper, type LinkDoor } from "./door-keeper.ts";

/** Shown dead after this long without a frame. */
const SILENT_MS = HEARTBEAT_SECONDS * 2_000;
/** Cut after this long: a harness that only slept says hello again, and its lease is settled by that. */
const CUT_MS = HEARTBEAT_SECONDS * 10_000;

/** One accepted connection that said hello. */
export interface LinkConnection {
  push(frame: LinkPush): void;
  close(reason: string): void;
}

export interface LinkRegistry extends Links {
  /** A hello was accepted: this connection counts from now on, an older one is closed. */
  greet(agent: string, hello: Hello, connection: LinkConnection): HarnessSettings;
  /** The answer to hello is on its way: what waited to be pushed follows it. */
  ready(agent: string, connection: LinkConnection): void;
  /** A frame came. */
  heard(agent: string, connection: LinkConnection): void;
  report(agent: string, connection: LinkConnection, report: Input<(typeof agentWire)["report"]>): void;
  ended(agent: string, connection: LinkConnection): void;
  /** Sends the settings again if they changed. */
  refresh(agent: string): void;
  /** Closes every socket; the harnesses come back to the next daemon. */
  close(): Promise<void>;
}

type Hello = Input<(typeof agentWire)["hello"]>;

export interface LinksOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly settingsOf: (agent: string) => HarnessSettings;
  /** Binds the agent's socket. */
  readonly open: (agent: string) => Promise<LinkDoor>;
  /** Something observed changed, other than the time of the last frame. */
  readonly onChange: (agent: string) => void;
  /** The connection that counted is gone. */
  readonly onDetached: (agent: string) => void;
}

interface Live {
  readonly connection: LinkConnection;
  seen: LinkObservation;
  heardAt: number;
  silent: boolean;
  waiting: LinkPush[] | undefined;
  settings: string;
  watch: Timer | undefined;
}

/** What the functions below share. */
interface Table {
  readonly options: LinksOptions;
  readonly live: Map<string, Live>;
  /** What was known of an agent whose connection ended. */
  readonly past: Map<string, LinkObservation>;
}

export function createLinks(options: LinksOptions): LinkRegistry {
  const table: Table = { options, live: new Map(), past: new Map() };
  const { live, past } = table;
  const doors = createDoorKeeper(options);
  return {
    connected: (agent) => observe(table, agent).connected,
    observe: (agent) => observe(table, agent),
    push: (agent, frame) => {
      const entry = live.get(agent);
      if (entry !== undefined) send(entry, frame);
      return entry !== undefined;
    },
    greet: (agent, hello, connection) => greet(table, agent, { hello, connection }),
    ready: (agent, connection) => {
      const entry = currentOf(table, agent, connection);
      const waiting = entry?.waiting ?? [];
      if (entry !== undefined) entry.waiting = undefined;
      for (const frame of waiting) connection.push(frame);
    },
    heard: (agent, connection) => {
      const entry = currentOf(table, agent, connection);
      if (entry !== undefined) heard(table, agent, entry);
    },
    report: (agent, connection, said) => {
      const entry = currentOf(table, agent, connection);
      if (entry === undefined) return;
      const before = withoutTime(entry.seen);
      entry.seen = withReport(entry.seen, said, iso(options.clock));
      if (withoutTime(entry.seen) !== before) options.onChange(agent);
    },
    ended: (agent, connection) => {
      const entry = currentOf(table, agent, connection);
      if (entry !== undefined) end(table, agent, entry);
    },
    refresh: (agent) => refresh(table, agent),
    register: doors.register,
    unregister: async (agent) => {
      await doors.unregister(agent);
      past.delete(agent);
    },
    close: async () => {
      for (const entry of live.values()) entry.watch?.cancel();
      live.clear();
      await doors.close();
    },
  };
}

function currentOf({ live }: Table, agent: string, connection: LinkConnection): Live | undefined {
  const found = live.get(agent);
  return found?.connection === connection ? found : undefined;
}

function observe({ live, past }: Table, agent: string): LinkObservation {
  const entry = live.get(agent);
  if (entry === undefined) return past.get(agent) ?? { connected: false };
  if (!entry.silent) return entry.seen;
  return { ...entry.seen, connected: false, state: undefined, state_since: undefined };
}

function send(entry: Live, frame: LinkPush): void {
  if (entry.waiting === undefined) entry.connection.push(frame);
  else entry.waiting.push(frame);
}

function greet(
  table: Table,
  agent: string,
  { hello, connection }: { readonly hello: Hello; readonly connection: LinkConnection },
): HarnessSettings {
  const { clock, settingsOf, onChange } = table.options;
  const older = table.live.get(agent);
  if (older !== undefined) {
    forget(table, agent, older);
    older.connection.close("a newer connection said hello");
  }
  const settings = settingsOf(agent);
  const entry = newEntry(connection, hello, { clock, settings });
  table.live.set(agent, entry);
  watch(table, agent, entry);
  onChange(agent);
  return settings;
}

function heard({ options }: Table, agent: string, entry: Live): void {
  entry.heardAt = options.clock.monotonic();
  entry.seen = { ...entry.seen, last_seen_at: iso(options.clock) };
  if (!entry.silent) return;
  entry.silent = false;
  options.onChange(agent);
}

function refresh({ live, options }: Table, agent: string): void {
  const entry = live.get(agent);
  if (entry === undefined) return;
  const settings = options.settingsOf(agent);
  const text = JSON.stringify(settings);
  if (text === entry.settings) return;
  entry.settings = text;
  send(entry, { push: "settings", settings });
}

function forget({ live, past }: Table, agent: string, entry: Live): void {
  entry.watch?.cancel();
  live.delete(agent);
  past.set(agent, { last_seen_at: entry.seen.last_seen_at, connected: false });
}

function end(table: Table, agent: string, entry: Live): void {
  forget(table, agent, entry);
  table.options.onDetached(agent);
  table.options.onChange(agent);
}

/** Looks when the next bound may have passed; frames only note their time, so a talkative harness costs nothing. */
function watch(table: Table, agent: string, entry: Live): void {
  const { clock, log, onChange } = table.options;
  const quiet = clock.monotonic() - entry.heardAt;
  if (quiet >= CUT_MS) {
    log.warn({ agent }, `the harness of "${agent}" is silent, closing its connection`);
    entry.connection.close("silent for too long");
    end(table, agent, entry);
    return;
  }
  if (quiet >= SILENT_MS && !entry.silent) {
    entry.silent = true;
    onChange(agent);
  }
  const next = (entry.silent ? CUT_MS : SILENT_MS) - quiet;
  entry.watch = clock.timer(Math.max(1, next), () => watch(table, agent, entry));
}

function withoutTime(seen: LinkObservation): string {
  return JSON.stringify({ ...seen, last_seen_at: undefined });
}

function iso(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

function newEntry(
  connection: LinkConnection,
  hello: Hello,
  { clock, settings }: { clock: Clock; settings: HarnessSettings },
): Live {
  const now = iso(clock);
  const seen: LinkObservation = {
    connected: true,
    last_seen_at: now,
    state: { kind: "starting" },
    state_since: now,
    claude_version: hello.claude_version,
    web_port: hello.web_port,
  };
  return {
    connection,
    seen,
    heardAt: clock.monotonic(),
    silent: false,
    waiting: [],
    settings: JSON.stringify(settings),
    watch: undefined,
  };
}

/** A field that a report leaves out keeps what was said before. */
function withReport(
  seen: LinkObservation,
  report: Input<(typeof agentWire)["report"]>,
  now: string,
): LinkObservation {
  const same = JSON.stringify(seen.state) === JSON.stringify(report.state);
  return {
    ...seen,
    last_seen_at: now,
    state: report.state,
    state_since: same ? seen.state_since : now,
    active_model: report.active_model ?? seen.active_model,
    session_id: report.session_id ?? seen.session_id,
    claude_version: report.claude_version ?? seen.claude_version,
    web_port: report.web_port ?? seen.web_port,
  };
}
