/**
 * The door of one agent: JSON lines on its own socket. The connection is the identity. Requests are answered as
 * they get ready; a flood is held back by not reading, garbage ends in a closed connection.
 * Which connection counts is ../../links/links.ts.
 */
import { join } from "node:path";
import type { Clock, Timer } from "../../../lib/clock.ts";
import { ensureDir } from "../../../platform/atomic-file.ts";
import type { Conn } from "../../../platform/conn.ts";
import { LineError, readLines } from "../../../platform/json-lines.ts";
import type { Logger } from "../../../platform/log.ts";
import { listenUnix, type UnixListener } from "../../../platform/unix-socket.ts";
import { HiveError } from "../../../wire/errors.ts";
import { LINE_MAX_BYTES } from "../../../wire/ids.ts";
import { stringifyJson } from "../../../wire/json.ts";
import { LinkRequest, linkEndpoints } from "../../../wire/link.ts";
import type { LinkConnection, LinkRegistry } from "../../links/links.ts";
import type { Agents } from "../../services.ts";
import type { AgentContext } from "../agent-context.ts";
import type { Dispatch } from "../dispatch.ts";
import type { Fields } from "../parse-input.ts";
import { readObject } from "../read-object.ts";
import type { Refuse } from "../refuse.ts";

const HELLO_MS = 10_000;
const LINE_MS = 30_000;
/** Lines in a row that are no request before the connection is closed. */
const GARBAGE_MAX = 5;
const IN_FLIGHT_MAX = 64;
/** A lease may hold many large messages; more than this waiting means that nobody reads. */
const QUEUE_MAX = 64 * 1024 * 1024;
const CONNECTIONS_MAX = 16;

export interface AgentDoorOptions {
  readonly runtimeDir: string;
  readonly dispatch: Dispatch<AgentContext>;
  readonly links: LinkRegistry;
  readonly agents: Pick<Agents, "get">;
  readonly refuse: Refuse;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The directory that is bound into the agent, and in it `hive.sock`. */
export function agentSocketPath(runtimeDir: string, agent: string): string {
  return join(runtimeDir, "agents", agent, "hive.sock");
}

export async function openAgentDoor(agent: string, options: AgentDoorOptions): Promise<UnixListener> {
  const path = agentSocketPath(options.runtimeDir, agent);
  ensureDir(join(options.runtimeDir, "agents"), 0o700);
  ensureDir(join(options.runtimeDir, "agents", agent), 0o700);
  return listenUnix({
    path,
    // The directories decide who reaches it; the agent of a container is another user than we are.
    mode: 0o666,
    log: options.log,
    maxQueued: QUEUE_MAX,
    maxConnections: CONNECTIONS_MAX,
    onConnection: (conn) => serveLink(conn, agent, options),
  });
}

/** What one connection is doing. */
interface Link {
  readonly conn: Conn;
  readonly agent: string;
  readonly connection: LinkConnection;
  readonly gone: AbortController;
  readonly inFlight: Set<Promise<void>>;
  bootId: string;
  garbage: number;
}

async function serveLink(conn: Conn, agent: string, options: AgentDoorOptions): Promise<void> {
  const { clock, links, refuse } = options;
  const link = newLink(conn, agent);
  const helloTimer = clock.timer(HELLO_MS, () => {
    if (link.bootId === "") conn.destroy(new Error("no hello came"));
  });
  try {
    const lines = readLines(conn, {
      maxBytes: LINE_MAX_BYTES,
      lineTimeoutMs: LINE_MS,
      signal: link.gone.signal,
      clock,
    });
    for await (const line of lines) {
      if (!(await onLine(line, link, options))) break;
    }
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    writeRefusal(link, null, refuse(error, "link"));
  } finally {
    endLink(link, links, helloTimer);
  }
}

function newLink(conn: Conn, agent: string): Link {
  const gone = new AbortController();
  conn.signal.addEventListener("abort", () => gone.abort(conn.signal.reason), { once: true });
  const connection: LinkConnection = {
    push: (frame) => void conn.write(`${stringifyJson(frame)}\n`),
    close: (reason) => {
      gone.abort(new HiveError("cancelled", reason));
      conn.end();
    },
  };
  return { conn, agent, connection, gone, inFlight: new Set(), bootId: "", garbage: 0 };
}

function endLink(link: Link, links: LinkRegistry, helloTimer: Timer): void {
  helloTimer.cancel();
  link.gone.abort(new HiveError("cancelled", "the connection ended"));
  links.ended(link.agent, link.connection);
  link.conn.end();
}

/** False: read no more. */
async function onLine(line: string, link: Link, options: AgentDoorOptions): Promise<boolean> {
  const { links, refuse } = options;
  links.heard(link.agent, link.connection);
  const request = readRequest(line);
  if (request instanceof HiveError) {
    link.garbage += 1;
    writeRefusal(link, null, refuse(request, "link"));
    await link.conn.drain();
    return link.garbage < GARBAGE_MAX;
  }
  link.garbage = 0;
  if (request.cmd === linkEndpoints.hello.cmd) return sayHello(request, link, options);
  if (link.bootId === "") {
    const error = new HiveError("conflict", "the first frame of a connection is hello");
    writeRefusal(link, request.rid, refuse(error, request.cmd));
    return false;
  }
  const work = answer(request, link, options)
    .then(() => {})
    .finally(() => link.inFlight.delete(work));
  link.inFlight.add(work);
  // Not reading is what holds a flood back: the sender's writes come to a halt.
  while (link.inFlight.size >= IN_FLIGHT_MAX && !link.gone.signal.aborted) await Promise.race(link.inFlight);
  await link.conn.drain();
  return true;
}

interface LinkCall {
  readonly rid: number;
  readonly cmd: string;
  readonly fields: Fields;
}

function readRequest(line: string): LinkCall | HiveError {
  const object = readObject(line);
  if (object instanceof HiveError) return object;
  const parsed = LinkRequest.safeParse(object);
  if (!parsed.success) return new HiveError("invalid", 'a request has a number "rid" and a string "cmd"');
  const { rid, cmd, ...fields } = parsed.data;
  return { rid, cmd, fields };
}

/** Answered before anything else is read, so that nothing overtakes it. A refused hello ends the connection. */
async function sayHello(request: LinkCall, link: Link, options: AgentDoorOptions): Promise<boolean> {
  if (link.bootId !== "") {
    const error = new HiveError("conflict", "hello was said already on this connection");
    writeRefusal(link, request.rid, options.refuse(error, request.cmd));
    return true;
  }
  const boot = request.fields["boot_id"];
  link.bootId = typeof boot === "string" ? boot : "?";
  const good = await answer(request, link, options);
  if (good) options.links.ready(link.agent, link.connection);
  return good;
}

/** True when it was answered well. Never rejects. */
async function answer(request: LinkCall, link: Link, options: AgentDoorOptions): Promise<boolean> {
  const { dispatch, agents, refuse } = options;
  const { agent, connection, bootId, gone } = link;
  const { rid, cmd, fields } = request;
  try {
    const manager = agents.get(agent).config.role === "manager";
    const context: AgentContext = {
      agent,
      actor: { kind: "agent", name: agent, manager },
      connection,
      bootId,
      signal: gone.signal,
    };
    const caller = manager ? "manager" : "agent";
    const done = await dispatch.run(dispatch.find(cmd), { fields, caller, context });
    if (done.kind === "stream") throw new Error(`"${cmd}" is a stream, which this door has not`);
    if (!gone.signal.aborted) link.conn.write(`${stringifyJson({ rid, ok: true, ...done.body })}\n`);
    return true;
  } catch (error) {
    if (!gone.signal.aborted) writeRefusal(link, rid, refuse(error, `${agent}: ${cmd}`));
    return false;
  }
}

function writeRefusal(link: Link, rid: number | null, refusal: ReturnType<Refuse>): void {
  link.conn.write(`${stringifyJson({ rid, ok: false, ...refusal })}\n`);
}
