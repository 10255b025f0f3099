/**
 * Browsers' logins: a one-time link from the host socket becomes a token, the token a session. Stored are hashes
 * only; what leaks from the database logs nobody in. How a token travels is the HTTP door's.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";
import { HiveError } from "../../wire/errors.ts";
import type { Session } from "../../wire/system.ts";
import type { Writer } from "../db/tx.ts";
import type { Actor, Audit } from "../services.ts";
import type { LoginStore, SessionRow } from "./login-store.ts";

const LINK_MS = 5 * 60_000;
/** Counted from the last use. */
const SESSION_MS = 30 * 86_400_000;
/** A session's use is written down at most this often. */
const TOUCH_MS = 60_000;
const WRONG_CODES = 10;
const WRONG_CODES_MS = 60_000;
const USER_AGENT_MAX = 200;

export interface Logins {
  createLink(actor: Actor): Promise<{ url: string; expires_at: string }>;
  exchange(code: string, userAgent: string): Promise<{ token: string; expires_at: string }>;
  /** The session of a token, which counts as used now; undefined when there is none (any more). */
  authenticate(token: string): { readonly id: string } | undefined;
  /** Whether a session is still good, without using it. */
  alive(id: string): boolean;
  list(): Session[];
  revoke(actor: Actor, id: string): Promise<void>;
  /** Called with the session's id after it was revoked. */
  onRevoked(listener: (id: string) => void): () => void;
}

export interface LoginsOptions {
  readonly store: LoginStore;
  readonly writer: Writer;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Root of the dashboard, with a trailing slash; known once the HTTP door listens. */
  readonly home: () => string;
  /** A write that nobody waits for failed. */
  readonly onError: (error: unknown) => void;
}

export function createLogins(options: LoginsOptions): Logins {
  const { store, writer, audit, clock } = options;
  const revoked = new Set<(id: string) => void>();
  const wrongCodes = rateLimit(clock);
  const touch = touchSession(options);
  return {
    createLink: async (actor) => {
      const code = secret();
      const expires_at = clock.now() + LINK_MS;
      await writer.write((tx) => {
        store.sweep(tx, clock.now());
        store.addLink(tx, { hash: hashOf(code), expires_at });
        audit.append(tx, { actor, action: "login_link" });
      });
      return { url: `${options.home()}#login=${code}`, expires_at: rfc3339(expires_at) };
    },
    exchange: async (code, userAgent) => {
      const token = secret();
      const session = newSession(options, userAgent);
      const taken = await writer.write((tx) => {
        if (!store.takeLink(tx, hashOf(code), clock.now())) return false;
        store.addSession(tx, { ...session, hash: hashOf(token) });
        audit.append(tx, { actor: browser(session.id), action: "login", target: session.id });
        return true;
      });
      // Judged after the look-up: an agent that floods wrong codes must not lock the operator out. The codes
      // themselves have 256 bits; the limit keeps a guesser from filling the log.
      if (!taken) throw wrongCode(wrongCodes());
      return { token, expires_at: rfc3339(session.expires_at) };
    },
    authenticate: (token) => {
      const session = store.findSession(hashOf(token), clock.now());
      if (session !== undefined) touch(session);
      return session === undefined ? undefined : { id: session.id };
    },
    alive: (id) => store.listSessions(clock.now()).some((session) => session.id === id),
    list: () => store.listSessions(clock.now()).map(toWire),
    revoke: async (actor, id) => {
      await writer.write((tx) => {
        if (!store.removeSession(tx, id)) throw new HiveError("not_found", `there is no session "${id}"`);
        audit.append(tx, { actor, action: "revoke_session", target: id });
      });
      for (const listener of revoked) listener(id);
    },
    onRevoked: (listener) => {
      revoked.add(listener);
      return () => revoked.delete(listener);
    },
  };
}

function secret(): string {
  return randomBytes(32).toString("base64url");
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}

function browser(session: string): Actor {
  return { kind: "operator", via: "http", who: `session:${session}` };
}

function newSession({ clock, newId }: LoginsOptions, userAgent: string): SessionRow {
  const now = clock.now();
  return {
    id: newId(),
    created_at: now,
    last_used_at: now,
    expires_at: now + SESSION_MS,
    user_agent: userAgent.replace(/\p{C}/gu, "").slice(0, USER_AGENT_MAX),
  };
}

function touchSession({ store, writer, clock, onError }: LoginsOptions): (session: SessionRow) => void {
  const writing = new Set<string>();
  return ({ id, last_used_at }) => {
    const now = clock.now();
    if (now - last_used_at < TOUCH_MS || writing.has(id)) return;
    writing.add(id);
    writer
      .write((tx) => store.touchSession(tx, id, { last_used_at: now, expires_at: now + SESSION_MS }))
      .catch(onError)
      .finally(() => writing.delete(id));
  };
}

/** Counts a failure; true when there were too many lately. */
function rateLimit(clock: Clock): () => boolean {
  let failures: number[] = [];
  return () => {
    const now = clock.monotonic();
    failures = failures.filter((at) => now - at < WRONG_CODES_MS);
    if (failures.length >= WRONG_CODES) return true;
    failures.push(now);
    return false;
  };
}

function wrongCode(tooMany: boolean): HiveError {
  const hint = "hivectl login";
  if (tooMany) return new HiveError("limit", "too many wrong login codes, wait a minute", { hint });
  return new HiveError("unauthorized", "this login link was used already or has expired", { hint });
}

function toWire(row: SessionRow): Session {
  return {
    id: row.id,
    created_at: rfc3339(row.created_at),
    last_used_at: rfc3339(row.last_used_at),
    expires_at: rfc3339(row.expires_at),
    user_agent: row.user_agent,
  };
}
