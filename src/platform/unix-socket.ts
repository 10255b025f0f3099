/**
 * Unix stream sockets: a listener that takes a path over whatever lies there, and the client's side.
 *
 * The socket is bound inside a private directory beside its place, gets its mode and group there, and is then
 * renamed into place: at no moment can a stranger connect, a stale file is no obstacle, and two daemons that
 * follow each other never remove each other's socket (close() unlinks only what is still ours).
 */
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
} from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { HiveError } from "../wire/errors.ts";
import { type Conn, connFrom } from "./conn.ts";
import { errnoOf } from "./errno.ts";
import { type Logger, silentLogger } from "./log.ts";
import { peerCredentials } from "./peer.ts";

/** sockaddr_un holds 108 bytes including the final zero. */
const MAX_PATH_BYTES = 107;

export interface ListenUnixOptions {
  readonly path: string;
  /** 0o600 when absent. Whoever may write may connect. */
  readonly mode?: number;
  /** Name or number of the group that owns it. */
  readonly group?: string | number;
  /**
   * One call per connection. The other side may close its half first and still read the answer, so the handler
   * must `end()` when it is done.
   */
  readonly onConnection: (conn: Conn) => void | Promise<void>;
  readonly log?: Logger;
  /** Bytes that may wait for a slow reader, per connection. */
  readonly maxQueued?: number;
  /** Connections at a time; more are closed at once. 1024 when absent. */
  readonly maxConnections?: number;
}

export interface UnixListener {
  readonly path: string;
  readonly connections: number;
  /** Refuses new connections, cuts the open ones, removes the socket if it is still ours. */
  close(): Promise<void>;
}

function checkLength(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes <= MAX_PATH_BYTES) return;
  throw new HiveError(
    "invalid",
    `socket path "${path}" is ${bytes} bytes long, the most is ${MAX_PATH_BYTES}`,
    {
      hint: "choose a shorter state directory",
    },
  );
}

/** The number of a group, from /etc/group. */
export function groupId(group: string | number): number {
  if (typeof group === "number") return group;
  for (const line of readFileSync("/etc/group", "utf8").split("\n")) {
    const [name, , gid] = line.split(":");
    if (name === group && gid !== undefined) return Number(gid);
  }
  throw new HiveError("not_found", `group "${group}" does not exist`, { hint: `groupadd --system ${group}` });
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

interface FileId {
  readonly dev: number;
  readonly ino: number;
}

function fileId(path: string): FileId | undefined {
  try {
    const { dev, ino } = lstatSync(path);
    return { dev, ino };
  } catch {
    return undefined;
  }
}

function unlinkIfOurs(path: string, ours: FileId): void {
  const found = fileId(path);
  if (found === undefined || found.ino !== ours.ino || found.dev !== ours.dev) return;
  unlinkSync(path);
}

/** Binds at `path` through a private directory; returns which file it became. */
async function bindAt(server: Server, options: ListenUnixOptions): Promise<FileId> {
  const { path, mode = 0o600, group } = options;
  const gid = group === undefined ? undefined : groupId(group);
  const nursery = mkdtempSync(join(dirname(path), "."));
  const born = join(nursery, "s");
  try {
    checkLength(born);
    await listening(server, born);
    if (gid !== undefined) chownSync(born, process.getuid?.() ?? 0, gid);
    chmodSync(born, mode);
    const id = fileId(born);
    if (id === undefined) throw new HiveError("internal", `socket "${path}" vanished while it was made`);
    renameSync(born, path);
    return id;
  } catch (error) {
    server.close();
    throw error;
  } finally {
    rmSync(nursery, { recursive: true, force: true });
  }
}

export async function listenUnix(options: ListenUnixOptions): Promise<UnixListener> {
  const { path, onConnection, log = silentLogger, maxQueued, maxConnections = 1024 } = options;
  checkLength(path);
  const open = new Set<Conn>();
  const accept = (socket: Socket): void => {
    const conn = connFrom(socket, {
      peer: peerCredentials(socket),
      ...(maxQueued === undefined ? {} : { maxQueued }),
    });
    if (open.size >= maxConnections) {
      log.warn({ path, connections: open.size }, "too many connections, closing the newest");
      conn.destroy();
      return;
    }
    open.add(conn);
    conn.closed.then(() => open.delete(conn)).catch(() => {});
    Promise.try(onConnection, conn).catch((error: unknown) => {
      log.error({ error, path, conn: conn.id }, "connection handler failed");
      conn.destroy();
    });
  };
  const server = createServer({ allowHalfOpen: true }, accept);
  const ours = await bindAt(server, options);
  server.on("error", (error) => log.error({ error, path }, "listener failed"));
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    unlinkIfOurs(path, ours);
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const conn of open) conn.destroy();
    await stopped;
  };
  return {
    path,
    get connections() {
      return open.size;
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** `cause` keeps the system's error; `errno` is what clients tell apart. */
export class ConnectError extends HiveError {
  /** "ENOENT": nothing there. "EACCES": not allowed. "ECONNREFUSED": a file whose daemon is gone. */
  readonly errno: string;

  constructor(path: string, cause: unknown) {
    const errno = errnoOf(cause) ?? "EUNKNOWN";
    const denied = errno === "EACCES" || errno === "EPERM";
    super(denied ? "forbidden" : "unavailable", connectMessage(path, errno), { cause });
    this.errno = errno;
  }
}

function connectMessage(path: string, errno: string): string {
  if (errno === "ENOENT") return `no socket at "${path}"`;
  if (errno === "EACCES" || errno === "EPERM") return `you may not connect to "${path}"`;
  if (errno === "ECONNREFUSED") return `nobody listens at "${path}"`;
  return `cannot connect to "${path}" (${errno})`;
}

export interface ConnectUnixOptions {
  readonly signal?: AbortSignal;
  readonly maxQueued?: number;
}

/** Throws ConnectError. */
export async function connectUnix(path: string, options: ConnectUnixOptions = {}): Promise<Conn> {
  const { signal, maxQueued } = options;
  checkLength(path);
  signal?.throwIfAborted();
  const socket = createConnection({ path });
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      socket.destroy();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.once("connect", () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    socket.once("error", (error) => {
      signal?.removeEventListener("abort", onAbort);
      reject(new ConnectError(path, error));
    });
  });
  return connFrom(socket, maxQueued === undefined ? {} : { maxQueued });
}
