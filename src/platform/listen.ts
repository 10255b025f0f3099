/**
 * Listening on TCP: the retry ladder, a plain TCP listener, and the HTTP server every door uses.
 * Not here: routes, authentication, Origin checks. Unix sockets are in unix-socket.ts.
 */
import { createServer, type Server, type Socket } from "node:net";
import { retryLadder } from "../lib/backoff.ts";
import { type Clock, systemClock } from "../lib/clock.ts";
import { HiveError } from "../wire/errors.ts";
import { errnoOf } from "./errno.ts";
import { type Logger, silentLogger } from "./log.ts";

export interface ListenOptions {
  /** 12 when absent: about 21 s in all. */
  readonly tries?: number;
  readonly log?: Logger;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

/** Tries `bind` until the port is free; only EADDRINUSE is worth another try. */
export async function bindWithRetry<T>(
  port: number,
  options: ListenOptions,
  bind: () => T | Promise<T>,
): Promise<T> {
  const { tries = 12, log = silentLogger, clock = systemClock, signal } = options;
  const waits = retryLadder({ tries });
  for (let attempt = 0; ; attempt++) {
    try {
      return await bind();
    } catch (error) {
      if (errnoOf(error) !== "EADDRINUSE") throw error;
      const wait = waits[attempt];
      if (wait === undefined) throw portInUse(port, error);
      log.warn({ port, try: attempt + 1, of: tries, wait_ms: wait }, `port ${port} is in use, trying again`);
      await clock.sleep(wait, signal);
    }
  }
}

function portInUse(port: number, cause: unknown): HiveError {
  return new HiveError("unavailable", `port "${port}" is in use by another program`, {
    hint: `ss -ltnp sport = :${port}`,
    cause,
  });
}

export interface TcpListener {
  readonly port: number;
  /** Refuses new connections; with `force` also cuts the open ones. */
  close(force?: boolean): Promise<void>;
}

export interface ListenTcpOptions extends ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly onConnection: (socket: Socket) => void;
}

function listenOnce(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

export async function listenTcp(options: ListenTcpOptions): Promise<TcpListener> {
  const { host, port, onConnection, log = silentLogger } = options;
  const open = new Set<Socket>();
  const start = async (): Promise<{ server: Server; bound: number }> => {
    const server = createServer((socket) => {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
      // Without a listener an error on one connection ends the process.
      socket.on("error", (error) => log.debug({ error }, "connection failed"));
      onConnection(socket);
    });
    return { server, bound: await listenOnce(server, host, port) };
  };
  const { server, bound } = await bindWithRetry(port, options, start);
  server.on("error", (error) => log.error({ error, port: bound }, "listener failed"));
  return {
    port: bound,
    close: (force = false) =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if (force) for (const socket of open) socket.destroy();
      }),
  };
}

/** What the door knows about a request besides the Request. */
export interface RequestInfo {
  /** The peer's address; behind a reverse proxy that is the proxy. */
  readonly remoteAddress: string | undefined;
  /** Aborted when the server is stopping: streams that never end by themselves must end then. */
  readonly stopping: AbortSignal;
  /** No idle timeout for this request. Set by itself for `text/event-stream` answers. */
  disableTimeout(): void;
  /**
   * Takes the connection over as a WebSocket; whatever `fetch` then returns is ignored. False when the request
   * is no upgrade. Check Origin first: nothing below does.
   */
  upgrade(handler: WebSocketHandler, options?: UpgradeOptions): boolean;
}

export interface UpgradeOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** The subprotocol to confirm; must be one the client offered. */
  readonly protocol?: string;
}

export interface WebSocketConn {
  /** `queued`: hold back until `drain`. `dropped`: it was not sent and will not be. */
  send(data: string | Uint8Array): "sent" | "queued" | "dropped";
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
  close(code?: number, reason?: string): void;
  /** Without a closing handshake. */
  terminate(): void;
}

export interface WebSocketHandler {
  open?(socket: WebSocketConn): void;
  message(socket: WebSocketConn, data: string | Uint8Array): void;
  /** What was queued has been sent. */
  drain?(socket: WebSocketConn): void;
  close?(socket: WebSocketConn, code: number, reason: string): void;
}

export type FetchHandler = (request: Request, info: RequestInfo) => Response | Promise<Response>;

export interface ServeHttpOptions extends ListenOptions {
  readonly hostname: string;
  /** 0: any free port. */
  readonly port: number;
  readonly fetch: FetchHandler;
  /** Seconds without a byte before a connection is closed; 120 when absent, at most 255. */
  readonly idleTimeout?: number;
  /** Bytes of a request body; 4 MiB when absent. */
  readonly maxBody?: number;
}

export interface HttpServer {
  readonly port: number;
  /** Without a trailing slash. */
  readonly url: string;
  /** Seconds; 0 is never. */
  timeout(request: Request, seconds: number): void;
  /** Aborts `info.stopping`; graceful waits up to `graceMs` (5000) for running requests, then cuts them. */
  stop(options?: { readonly graceful?: boolean; readonly graceMs?: number }): Promise<void>;
}

/** What a runtime's HTTP server gives; `closed` resolves when the last request ended. */
export interface HttpDriver {
  readonly port: number;
  timeout(request: Request, seconds: number): void;
  stop(force: boolean): Promise<void>;
}

export interface HttpDriverOptions {
  readonly hostname: string;
  readonly port: number;
  readonly idleTimeout: number;
  readonly maxBody: number;
  readonly stopping: AbortSignal;
  readonly fetch: FetchHandler;
  readonly onError: (error: unknown) => Response;
}

const driver = "Bun" in globalThis ? await import("./bun/http.ts") : await import("./deno/http.ts");

function isEventStream(response: Response): boolean {
  return (response.headers.get("content-type") ?? "").startsWith("text/event-stream");
}

/** An SSE answer has to stay open however quiet it is. */
function keepStreamsOpen(fetch: FetchHandler): FetchHandler {
  return async (request, info) => {
    const response = await fetch(request, info);
    if (isEventStream(response)) info.disableTimeout();
    return response;
  };
}

export async function serveHttp(options: ServeHttpOptions): Promise<HttpServer> {
  const { hostname, port, log = silentLogger, clock = systemClock } = options;
  const stopping = new AbortController();
  const onError = (error: unknown): Response => {
    log.error({ error }, "request handler failed");
    return new Response("internal error\n", { status: 500, headers: { "content-type": "text/plain" } });
  };
  const server = await bindWithRetry(port, options, () =>
    driver.serveDriver({
      hostname,
      port,
      idleTimeout: options.idleTimeout ?? 120,
      maxBody: options.maxBody ?? 4 * 1024 * 1024,
      stopping: stopping.signal,
      fetch: keepStreamsOpen(options.fetch),
      onError,
    }),
  );
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return {
    port: server.port,
    url: `http://${host}:${server.port}`,
    timeout: server.timeout,
    stop: ({ graceful = true, graceMs = 5_000 } = {}) => {
      stopping.abort(new HiveError("unavailable", "the server is stopping"));
      return graceful ? stopWithin(server, clock, graceMs) : server.stop(true);
    },
  };
}

async function stopWithin(server: HttpDriver, clock: Clock, graceMs: number): Promise<void> {
  const forced = Promise.withResolvers<void>();
  const timer = clock.timer(graceMs, () => {
    server.stop(true).then(forced.resolve, forced.reject);
  });
  await Promise.race([server.stop(false), forced.promise]);
  timer.cancel();
}
