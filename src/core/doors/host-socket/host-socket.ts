/**
 * The operator's door on this machine: JSON lines, one answer a line, in order. Whoever may open the socket is the
 * operator. Its lines are pinned in test/pins/host-socket.test.ts: published clients read them.
 */
import type { Clock } from "../../../lib/clock.ts";
import type { Conn } from "../../../platform/conn.ts";
import { LineError, readLines } from "../../../platform/json-lines.ts";
import type { Logger } from "../../../platform/log.ts";
import { listenUnix, type UnixListener } from "../../../platform/unix-socket.ts";
import { HiveError } from "../../../wire/errors.ts";
import { LINE_MAX_BYTES } from "../../../wire/ids.ts";
import { stringifyJson } from "../../../wire/json.ts";
import { WIRE_VERSION } from "../../../wire/version.ts";
import type { Dispatch } from "../dispatch.ts";
import type { OperatorContext } from "../operator-context.ts";
import { type Fields, shown } from "../parse-input.ts";
import { readObject } from "../read-object.ts";
import type { Refuse } from "../refuse.ts";

const LINE_MS = 10_000;
const IDLE_MS = 5 * 60_000;
/** A page of messages can be large; a reader this far behind is gone. */
const QUEUE_MAX = 256 * 1024 * 1024;

export interface HostSocketOptions {
  readonly path: string;
  readonly mode: number;
  readonly group?: string | number;
  readonly dispatch: Dispatch<OperatorContext>;
  readonly refuse: Refuse;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a begun line may take. */
  readonly lineMs?: number;
}

export function openHostSocket(options: HostSocketOptions): Promise<UnixListener> {
  const { path, mode, group, log } = options;
  return listenUnix({
    path,
    mode,
    ...(group === undefined ? {} : { group }),
    log,
    maxQueued: QUEUE_MAX,
    onConnection: (conn) => serveHost(conn, options),
  });
}

async function serveHost(conn: Conn, options: HostSocketOptions): Promise<void> {
  const { refuse, clock, lineMs = LINE_MS } = options;
  const context: OperatorContext = {
    actor: {
      kind: "operator",
      via: "host",
      who: conn.peer === undefined ? "unknown" : `uid:${conn.peer.uid}`,
    },
    signal: conn.signal,
    userAgent: "",
  };
  let frames: AsyncIterable<Fields> | undefined;
  try {
    const limits = { maxBytes: LINE_MAX_BYTES, lineTimeoutMs: lineMs, idleTimeoutMs: IDLE_MS };
    for await (const line of readLines(conn, { ...limits, signal: conn.signal, clock })) {
      frames = await answerLine(conn, line, { ...options, context });
      if (frames !== undefined || conn.signal.aborted) break;
    }
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    conn.write(failure(refuse(error, "host socket")));
  }
  if (frames !== undefined) await writeFrames(conn, frames, refuse);
  conn.end();
}

/** The frames when the answer is a stream: no further requests are read on that connection. */
async function answerLine(
  conn: Conn,
  line: string,
  options: HostSocketOptions & { context: OperatorContext },
): Promise<AsyncIterable<Fields> | undefined> {
  const { dispatch, refuse, context } = options;
  let cmd = "?";
  try {
    const request = readRequest(line);
    cmd = request.cmd;
    const endpoint = dispatch.find(cmd);
    const answer = await dispatch.run(endpoint, { fields: request.fields, caller: "operator", context });
    if (answer.kind === "stream") return answer.frames;
    conn.write(success(answer.body));
  } catch (error) {
    conn.write(failure(refuse(error, shown(cmd))));
  }
  await conn.drain();
  return undefined;
}

function readRequest(line: string): { cmd: string; fields: Fields } {
  const object = readObject(line);
  if (object instanceof HiveError) throw object;
  const { cmd, ...fields } = object;
  if (cmd === undefined)
    throw new HiveError("invalid", 'field "cmd" is missing', { hint: 'e.g. {"cmd":"list"}' });
  if (typeof cmd !== "string") throw new HiveError("invalid", 'field "cmd" is a string');
  return { cmd, fields };
}

async function writeFrames(conn: Conn, frames: AsyncIterable<Fields>, refuse: Refuse): Promise<void> {
  void watchForEnd(conn);
  try {
    for await (const frame of frames) {
      if (conn.signal.aborted) break;
      conn.write(success(frame));
      await conn.drain();
    }
  } catch (error) {
    if (!conn.signal.aborted) conn.write(failure(refuse(error, "stream")));
  }
}

/** What else comes is thrown away; a reader that closes its side has left, and what waits for it must end. */
async function watchForEnd(conn: Conn): Promise<void> {
  try {
    for await (const _chunk of conn.bytes) if (conn.signal.aborted) break;
  } catch {
    // A broken connection is an end as well.
  }
  conn.destroy();
}

function success(body: Fields): string {
  return `${stringifyJson({ version: WIRE_VERSION, ok: true, ...body })}\n`;
}

function failure(refusal: ReturnType<Refuse>): string {
  return `${stringifyJson({ version: WIRE_VERSION, ok: false, ...refusal })}\n`;
}
