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

/** Shown dead after this long without a frame. */
const SILENT_MS = HEARTBEAT_SECONDS * 2_000;
/** Cut after this long: a harness that only slept says hello again, and its lease is settled by that. */
const CUT_MS = HEARTBEAT_SECONDS * 10_000;

/** One accepted connection that said hello. */
export interface LinkConnection {
  push(frame: LinkPush): void;
  close(reason: string): void;
}

export interface LinkDoor {
  close(): Promise<void>;
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

export function createLinks(options: LinksOptions): LinkRegistry {
  const { clock, log, settingsOf, onChange, onDetached } = options;
  const live = new Map<string, Live>();
  /** What was known of an agent whose connection ended. */
  const past = new Map<string, LinkObservation>();
  const doors = doorKeeper(options);

  const currentOf = (agent: string, connection: LinkConnection): Live | undefined => {
    const found = live.get(agent);
    return found?.connection === connection ? found : undefined;
  };
  const drop = (agent: string, entry: Live): void => {
    entry.watch?.cancel();
    live.delete(agent);
    past.set(agent, { last_seen_at: entry.seen.last_seen_at, connected: false });
  };
  const end = (agent: string, entry: Live): void => {
    drop(agent, entry);
    onDetached(agent);
    onChange(agent);
  };
  const watch = (agent: string, entry: Live): void => {
    const quiet = clock.monotonic() - entry.heardAt;
    if (quiet >= CUT_MS) {
      log.warn({ agent }, `the harness of "${agent}" is silent, closing its connection`);
      entry.connection.close("silent for too long");
      end(agent, entry);
      return;
    }
    if (quiet >= SILENT_MS && !entry.silent) {
      entry.silent = true;
      onChange(agent);
    }
    const next = (entry.silent ? CUT_MS : SILENT_MS) - quiet;
    entry.watch = clock.timer(Math.max(1, next), () => watch(agent, entry));
  };
  const observe = (agent: string): LinkObservation => {
    const entry = live.get(agent);
    if (entry === undefined) return past.get(agent) ?? { connected: false };
    return entry.silent
      ? { ...entry.seen, connected: false, state: undefined, state_since: undefined }
      : entry.seen;
  };
  const send = (entry: Live, frame: LinkPush): void => {
    if (entry.waiting === undefined) entry.connection.push(frame);
    else entry.waiting.push(frame);
  };

  return {
    connected: (agent) => observe(agent).connected,
    observe,
    push: (agent, frame) => {
      const entry = live.get(agent);
      if (entry !== undefined) send(entry, frame);
      return entry !== undefined;
    },
    greet: (agent, hello, connection) => {
      const older = live.get(agent);
      if (older !== undefined) {
        drop(agent, older);
        older.connection.close("a newer connection said hello");
      }
      const settings = settingsOf(agent);
      const entry = newEntry(connection, hello, { clock, settings });
      live.set(agent, entry);
      watch(agent, entry);
      onChange(agent);
      return settings;
    },
    ready: (agent, connection) => {
      const entry = currentOf(agent, connection);
      const waiting = entry?.waiting ?? [];
      if (entry !== undefined) entry.waiting = undefined;
      for (const frame of waiting) connection.push(frame);
    },
    heard: (agent, connection) => {
      const entry = currentOf(agent, connection);
      if (entry === undefined) return;
      entry.heardAt = clock.monotonic();
      entry.seen = { ...entry.seen, last_seen_at: iso(clock) };
      if (!entry.silent) return;
      entry.silent = false;
      onChange(agent);
    },
    report: (agent, connection, report) => {
      const entry = currentOf(agent, connection);
      if (entry === undefined) return;
      const before = JSON.stringify({ ...entry.seen, last_seen_at: undefined });
      entry.seen = withReport(entry.seen, report, iso(clock));
      if (JSON.stringify({ ...entry.seen, last_seen_at: undefined }) !== before) onChange(agent);
    },
    ended: (agent, connection) => {
      const entry = currentOf(agent, connection);
      if (entry !== undefined) end(agent, entry);
    },
    refresh: (agent) => {
      const entry = live.get(agent);
      if (entry === undefined) return;
      const settings = settingsOf(agent);
      const text = JSON.stringify(settings);
      if (text === entry.settings) return;
      entry.settings = text;
      send(entry, { push: "settings", settings });
    },
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

/** One listener per agent; work on the same agent's socket waits for the work before it. */
function doorKeeper({ open, log }: LinksOptions) {
  const doors = new Map<string, LinkDoor>();
  const queues = new Map<string, Promise<void>>();
  const inTurn = (agent: string, work: () => Promise<void>): Promise<void> => {
    const before = queues.get(agent) ?? Promise.resolve();
    const done = before.then(work, work);
    const settled = done.catch((error: unknown) =>
      log.debug({ agent, error }, "work on an agent's socket failed"),
    );
    queues.set(agent, settled);
    return done;
  };
  const shut = async (agent: string): Promise<void> => {
    const door = doors.get(agent);
    doors.delete(agent);
    await door?.close();
  };
  return {
    register: (agent: string) =>
      inTurn(agent, async () => {
        const previous = doors.get(agent);
        // The new one is renamed into place first: at no moment is there nobody to connect to.
        doors.set(agent, await open(agent));
        await previous?.close();
      }),
    unregister: (agent: string) => inTurn(agent, () => shut(agent)),
    close: async () => {
      await Promise.all([...doors.keys()].map((agent) => inTurn(agent, () => shut(agent))));
    },
  };
}
