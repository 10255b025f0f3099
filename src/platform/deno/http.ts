/** Deno.serve behind the interface of ../listen.ts. Deno has no idle timeout and no drain event: it is polled. */
import type {
  HttpDriver,
  HttpDriverOptions,
  RequestInfo,
  UpgradeOptions,
  WebSocketConn,
  WebSocketHandler,
} from "../listen.ts";

/** The part of Deno used here; the other runtime's compiler does not know its types. */
interface DenoHttp {
  serve(
    options: { hostname: string; port: number; onListen: () => void; onError: (error: unknown) => Response },
    handler: (request: Request, info: { remoteAddr: { hostname: string } }) => Promise<Response>,
  ): { addr: { port: number }; shutdown(): Promise<void>; finished: Promise<void>; unref(): void };
  upgradeWebSocket(
    request: Request,
    options: { protocol?: string },
  ): { socket: WebSocket; response: Response };
}

const HIGH_WATER = 1024 * 1024;
const DRAIN_POLL_MS = 10;

function connOf(socket: WebSocket, handler: WebSocketHandler): WebSocketConn {
  let polling: ReturnType<typeof setInterval> | undefined;
  const conn: WebSocketConn = {
    send: (data) => {
      if (socket.readyState !== WebSocket.OPEN) return "dropped";
      socket.send(data as string);
      if (socket.bufferedAmount < HIGH_WATER) return "sent";
      polling ??= setInterval(() => {
        if (socket.bufferedAmount > 0 && socket.readyState === WebSocket.OPEN) return;
        clearInterval(polling);
        polling = undefined;
        if (socket.readyState === WebSocket.OPEN) handler.drain?.(conn);
      }, DRAIN_POLL_MS);
      return "queued";
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.close(),
  };
  return conn;
}

function attach(socket: WebSocket, handler: WebSocketHandler): void {
  const conn = connOf(socket, handler);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => handler.open?.(conn));
  socket.addEventListener("close", (event) => handler.close?.(conn, event.code, event.reason));
  socket.addEventListener("message", (event) => {
    const data: unknown = event.data;
    handler.message(conn, data instanceof ArrayBuffer ? new Uint8Array(data) : String(data));
  });
}

function infoFor(deno: DenoHttp, request: Request, base: Pick<RequestInfo, "remoteAddress" | "stopping">) {
  let taken: Response | undefined;
  const info: RequestInfo = {
    ...base,
    disableTimeout: () => {},
    upgrade: (handler: WebSocketHandler, options: UpgradeOptions = {}) => {
      if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") return false;
      const { protocol } = options;
      const { socket, response } = deno.upgradeWebSocket(request, protocol === undefined ? {} : { protocol });
      attach(socket, handler);
      taken = response;
      return true;
    },
  };
  return { info, upgraded: () => taken };
}

function tooLarge(request: Request, limit: number): boolean {
  return Number(request.headers.get("content-length") ?? 0) > limit;
}

export function serveDriver(options: HttpDriverOptions): HttpDriver {
  const deno = (globalThis as unknown as { Deno: DenoHttp }).Deno;
  const server = deno.serve(
    { hostname: options.hostname, port: options.port, onListen: () => {}, onError: options.onError },
    async (request, peer) => {
      if (tooLarge(request, options.maxBody)) return new Response("too large\n", { status: 413 });
      const base = { remoteAddress: peer.remoteAddr.hostname, stopping: options.stopping };
      const { info, upgraded } = infoFor(deno, request, base);
      const response = await options.fetch(request, info);
      return upgraded() ?? response;
    },
  );
  return {
    port: server.addr.port,
    timeout: () => {},
    // Deno cannot cut requests; a forced stop leaves them to the end of the process.
    stop: (force) => {
      const done = server.shutdown();
      if (force) server.unref();
      return force ? Promise.resolve() : done;
    },
  };
}
