/** Bun.serve behind the interface of ../listen.ts. */
import type { Server, ServerWebSocket } from "bun";
import type {
  HttpDriver,
  HttpDriverOptions,
  RequestInfo,
  UpgradeOptions,
  WebSocketConn,
  WebSocketHandler,
} from "../listen.ts";

interface SocketData {
  readonly handler: WebSocketHandler;
  conn?: WebSocketConn;
}

type Socket = ServerWebSocket<SocketData>;

/** The relay's own ceiling is far below; past this Bun drops messages. */
const MAX_QUEUED = 32 * 1024 * 1024;
const MAX_MESSAGE = 16 * 1024 * 1024;

function connOf(socket: Socket): WebSocketConn {
  socket.data.conn ??= {
    send: (data) => {
      const taken = socket.send(data);
      if (taken === -1) return "queued";
      return taken === 0 && data.length > 0 ? "dropped" : "sent";
    },
    get bufferedAmount() {
      return socket.getBufferedAmount();
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
  return socket.data.conn;
}

function infoFor(server: Server<SocketData>, request: Request, stopping: AbortSignal) {
  let upgraded = false;
  const upgrade = (handler: WebSocketHandler, options: UpgradeOptions = {}): boolean => {
    const headers = new Headers(options.headers);
    if (options.protocol !== undefined) headers.set("sec-websocket-protocol", options.protocol);
    upgraded = server.upgrade(request, { data: { handler }, headers });
    return upgraded;
  };
  const info: RequestInfo = {
    remoteAddress: server.requestIP(request)?.address,
    stopping,
    disableTimeout: () => server.timeout(request, 0),
    upgrade,
  };
  return { info, wasUpgraded: () => upgraded };
}

export function serveDriver(options: HttpDriverOptions): HttpDriver {
  const server = Bun.serve<SocketData>({
    hostname: options.hostname,
    port: options.port,
    // True unless NODE_ENV says otherwise at run time: it would show the error's text to the client.
    development: false,
    // The default outside development is true (1.4.5): two servers of one user would silently share the port.
    reusePort: false,
    idleTimeout: options.idleTimeout,
    maxRequestBodySize: options.maxBody,
    fetch: async (request, self) => {
      const { info, wasUpgraded } = infoFor(self, request, options.stopping);
      const response = await options.fetch(request, info);
      return wasUpgraded() ? undefined : response;
    },
    error: options.onError,
    websocket: {
      maxPayloadLength: MAX_MESSAGE,
      backpressureLimit: MAX_QUEUED,
      idleTimeout: 0,
      sendPings: true,
      open: (socket) => socket.data.handler.open?.(connOf(socket)),
      message: (socket, data) => socket.data.handler.message(connOf(socket), data),
      drain: (socket) => socket.data.handler.drain?.(connOf(socket)),
      close: (socket, code, reason) => socket.data.handler.close?.(connOf(socket), code, reason),
    },
  });
  return {
    port: server.port ?? options.port,
    timeout: (request, seconds) => server.timeout(request, seconds),
    stop: (force) => server.stop(force),
  };
}
