/**
 * The harness's end of the agent socket: requests and answers by `rid`, pushes as they come, and a connection that
 * is made again for ever. The connection is the identity; nothing here says who we are but the greeting.
 * Not here: which requests are made (turn/, mcp/), and what a push means (turn/machine.ts).
 */
import { z } from "zod";
import { backoff } from "../../src/lib/backoff.ts";
import type { Clock } from "../../src/lib/clock.ts";
import type { Conn } from "../../src/platform/conn.ts";
import { readLines } from "../../src/platform/json-lines.ts";
import type { Logger } from "../../src/platform/log.ts";
import { connectUnix } from "../../src/platform/unix-socket.ts";
import type { CallInput, Output } from "../../src/wire/endpoint.ts";
import { fromErrorBody, HiveError } from "../../src/wire/errors.ts";
import { parseJson, stringifyJson } from "../../src/wire/json.ts";
import { LinkPush, linkEndpoints } from "../../src/wire/link.ts";

type Wire = typeof linkEndpoints;
type Key = keyof Wire;

export type Hello = CallInput<Wire["hello"]>;
export type HelloAnswer = Output<Wire["hello"]>;

/** One request. Rejects with HiveError; `unavailable` while the link is down or goes down. */
export type LinkCall = <K extends Key>(
  key: K,
  input: CallInput<Wire[K]>,
  signal?: AbortSignal,
) => Promise<Output<Wire[K]>>;

export interface LinkOptions {
  readonly path: string;
  /** Asked anew for each connection. */
  readonly hello: () => Hello;
  readonly onHello: (answer: HelloAnswer) => void;
  readonly onPush: (push: LinkPush) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export interface Link {
  readonly connected: boolean;
  readonly call: LinkCall;
  /** The same, again after each reconnect until hive-c0re has answered. For requests that may be repeated. */
  readonly insist: LinkCall;
  /** When the connection ended for good (the signal). */
  readonly done: Promise<void>;
}

/** A lease holds up to 100 messages of 256 KiB. */
const MAX_LINE = 64 * 1024 * 1024;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;
/** hive-c0re greets at once; one that does not is stuck. */
const HELLO_MS = 10_000;

interface Waiting {
  readonly key: Key;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const Answer = z.looseObject({ rid: z.int(), ok: z.boolean() });

/** One connection after its greeting, or before it. */
interface Session {
  request(key: Key, input: object): Promise<unknown>;
  readonly read: Promise<void>;
  end(): void;
}

function openSession(conn: Conn, options: LinkOptions): Session {
  const { log, onPush } = options;
  const waiting = new Map<number, Waiting>();
  let lastRid = 0;
  const settle = (asked: Waiting, ok: boolean, value: unknown): void => {
    const output = linkEndpoints[asked.key].output.safeParse(value);
    if (!ok) asked.reject(fromErrorBody(value));
    else if (output.success) asked.resolve(output.data);
    else asked.reject(notUnderstood(asked.key, output.error));
  };
  const hear = (line: string): void => {
    const value = parseJson(line);
    const push = LinkPush.safeParse(value);
    const answer = Answer.safeParse(value);
    if (push.success) onPush(push.data);
    else if (answer.success) {
      const asked = waiting.get(answer.data.rid);
      waiting.delete(answer.data.rid);
      if (asked !== undefined) settle(asked, answer.data.ok, value);
    } else log.warn({ line: line.slice(0, 200) }, "hive-c0re sent a frame that is not known");
  };
  const read = async (): Promise<void> => {
    try {
      for await (const line of readLines(conn, { maxBytes: MAX_LINE })) if (line !== "") hear(line);
    } catch (error) {
      log.warn({ error }, "the link to hive-c0re broke");
    } finally {
      conn.destroy();
      for (const asked of waiting.values()) asked.reject(linkDown());
      waiting.clear();
    }
  };
  return {
    request: (key, input) =>
      new Promise((resolve, reject) => {
        const rid = ++lastRid;
        if (conn.signal.aborted) reject(linkDown());
        else waiting.set(rid, { key, resolve, reject });
        conn.write(`${stringifyJson({ ...input, rid, cmd: linkEndpoints[key].cmd })}\n`);
      }),
    read: read(),
    end: () => conn.destroy(),
  };
}

function notUnderstood(key: Key, cause: unknown): HiveError {
  return new HiveError("internal", `the answer to "${key}" was not understood`, { cause });
}

function linkDown(): HiveError {
  return new HiveError("unavailable", "hive-c0re cannot be reached", { hint: "try again in a moment" });
}

/** Starts connecting; nothing throws when hive-c0re is not there yet. */
export function startLink(options: LinkOptions): Link {
  const { clock, signal } = options;
  let session: Session | undefined;
  let ready = Promise.withResolvers<Session>();

  const connectOnce = async (): Promise<void> => {
    const conn = await connectUnix(options.path, { signal });
    const fresh = openSession(conn, options);
    const onAbort = (): void => fresh.end();
    signal.addEventListener("abort", onAbort, { once: true });
    const late = clock.timer(HELLO_MS, onAbort);
    try {
      const answer = linkEndpoints.hello.output.parse(await fresh.request("hello", options.hello()));
      late.cancel();
      session = fresh;
      options.onHello(answer);
      ready.resolve(fresh);
      await fresh.read;
    } finally {
      late.cancel();
      signal.removeEventListener("abort", onAbort);
      fresh.end();
      if (session === fresh) ready = Promise.withResolvers<Session>();
      session = undefined;
    }
  };

  const call: LinkCall = async (key, input, callSignal) => {
    callSignal?.throwIfAborted();
    if (session === undefined) throw linkDown();
    const asked = session.request(key, input) as Promise<Output<Wire[typeof key]>>;
    return await orAborted(asked, callSignal);
  };

  const insist: LinkCall = async (key, input, callSignal) => {
    const until = callSignal === undefined ? signal : AbortSignal.any([signal, callSignal]);
    while (true) {
      await orAborted(ready.promise, until);
      try {
        return await call(key, input, until);
      } catch (error) {
        if (until.aborted || !(error instanceof HiveError) || error.code !== "unavailable") throw error;
        // hive-c0re itself may say it (it is starting); no reason to ask at full speed.
        if (session !== undefined) await clock.sleep(FIRST_RETRY_MS, until);
      }
    }
  };

  return {
    get connected() {
      return session !== undefined;
    },
    call,
    insist,
    done: keepConnected(connectOnce, options),
  };
}

async function keepConnected(connectOnce: () => Promise<void>, options: LinkOptions): Promise<void> {
  const { clock, log, signal } = options;
  let attempt = 0;
  while (!signal.aborted) {
    const started = clock.monotonic();
    try {
      await connectOnce();
      log.info({}, "the link to hive-c0re ended");
    } catch (error) {
      if (signal.aborted) return;
      const level = attempt === 0 ? "warn" : "debug";
      log[level]({ error, attempt }, "hive-c0re cannot be reached, trying again");
    }
    attempt = clock.monotonic() - started > LAST_RETRY_MS ? 0 : attempt + 1;
    const wait = backoff({ base: FIRST_RETRY_MS, cap: LAST_RETRY_MS, attempt: Math.max(0, attempt - 1) });
    await clock.sleep(wait, signal).catch(() => {});
  }
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
