/**
 * MCP over streamable HTTP, stateless: POST one message, get JSON; a call that takes longer is answered as an event
 * stream that reports progress, because claude gives up on silence. Other programs on the machine can reach the
 * port, so each request needs the token and a loopback Host.
 */
import { timingSafeEqual } from "node:crypto";
import type { Clock } from "../../src/lib/clock.ts";
import { type HttpServer, serveHttp } from "../../src/platform/listen.ts";
import type { Logger } from "../../src/platform/log.ts";
import {
  answerPlain,
  CallParams,
  CancelParams,
  progressNotification,
  RPC_ERRORS,
  type RpcId,
  RpcMessage,
  rpcError,
  rpcResult,
  type ServerFacts,
} from "./rpc.ts";
import type { ToolResult } from "./tool.ts";

export interface ServedServer extends ServerFacts {
  /** Never rejects: what goes wrong is an `isError` result. Undefined: no such tool. */
  readonly run: (call: CallParams, signal: AbortSignal) => Promise<ToolResult> | undefined;
}

export interface McpHttpOptions {
  /** By the last part of the path: `/mcp/<name>`. */
  readonly servers: Readonly<Record<string, ServedServer>>;
  readonly token: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Answered as a stream after this long; and how often that says that it lives. */
  readonly streamAfterMs?: number;
  readonly progressMs?: number;
}

/** Well below claude's idle limit of 300 s and the server's own of 120 s. */
const STREAM_AFTER_MS = 5_000;
const PROGRESS_MS = 20_000;

interface Request0 {
  readonly server: ServedServer;
  /** Calls of this server that run, by their id. */
  readonly running: Map<RpcId, AbortController>;
  readonly request: Request;
}

export function serveMcp(options: McpHttpOptions): Promise<HttpServer> {
  const { servers, token, log, clock } = options;
  const running = new Map(Object.keys(servers).map((name) => [name, new Map<RpcId, AbortController>()]));
  const expected = Buffer.from(`Bearer ${token}`);
  const fetch = async (request: Request): Promise<Response> => {
    if (!isLoopback(request.headers.get("host"))) return plain(403, "this host is not served here");
    // A browser sends it; claude does not.
    if (request.headers.has("origin")) return plain(403, "this is not for pages");
    if (!sameSecret(request.headers.get("authorization"), expected)) return plain(401, "no valid token");
    const name = /^\/mcp\/([a-z]+)$/.exec(new URL(request.url).pathname)?.[1] ?? "";
    const server = Object.hasOwn(servers, name) ? servers[name] : undefined;
    if (server === undefined) return plain(404, "there is no such server");
    if (request.method !== "POST") return plain(405, "only POST", { allow: "POST" });
    return post({ server, running: running.get(name) ?? new Map(), request }, options);
  };
  return serveHttp({ hostname: "127.0.0.1", port: 0, fetch, log, clock });
}

function isLoopback(host: string | null): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/.test(host ?? "");
}

function sameSecret(given: string | null, expected: Buffer): boolean {
  const bytes = Buffer.from(given ?? "");
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

function plain(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, { status, headers: { "content-type": "text/plain", ...headers } });
}

async function post(incoming: Request0, options: McpHttpOptions): Promise<Response> {
  const { server, running, request } = incoming;
  const message = await readMessage(request);
  if (message === undefined) {
    return Response.json(rpcError(undefined, RPC_ERRORS.parse, "not one JSON-RPC 2.0 message"), {
      status: 400,
    });
  }
  const { id, method } = message;
  if (id === undefined) {
    if (method === "notifications/cancelled") cancel(running, message);
    return new Response(null, { status: 202 });
  }
  if (method === "tools/call") return call(incoming, options, { message, id });
  const result = answerPlain(server, message);
  return Response.json(
    result === undefined
      ? rpcError(id, RPC_ERRORS.noMethod, `no method "${method ?? ""}"`)
      : rpcResult(id, result),
  );
}

async function readMessage(request: Request): Promise<RpcMessage | undefined> {
  try {
    return RpcMessage.parse(JSON.parse(await request.text()));
  } catch {
    return undefined;
  }
}

function cancel(running: ReadonlyMap<RpcId, AbortController>, message: RpcMessage): void {
  const params = CancelParams.safeParse(message.params ?? {});
  if (params.success) running.get(params.data.requestId)?.abort(new Error("claude cancelled the call"));
}

async function call(
  incoming: Request0,
  options: McpHttpOptions,
  { message, id }: { message: RpcMessage; id: RpcId },
): Promise<Response> {
  const { server, running, request } = incoming;
  const params = CallParams.safeParse(message.params ?? {});
  if (!params.success) return Response.json(rpcError(id, RPC_ERRORS.invalidParams, "params need a name"));
  const cut = new AbortController();
  const gone = (): void => cut.abort(new Error("claude closed the connection"));
  request.signal.addEventListener("abort", gone, { once: true });
  const work = server.run(params.data, cut.signal);
  if (work === undefined) {
    return Response.json(rpcError(id, RPC_ERRORS.invalidParams, `there is no tool "${params.data.name}"`));
  }
  running.set(id, cut);
  const answer = work
    .then(({ text, isError }) => rpcResult(id, { content: [{ type: "text", text }], isError }))
    .finally(() => {
      request.signal.removeEventListener("abort", gone);
      if (running.get(id) === cut) running.delete(id);
    });
  const early = await orLate(answer, options.streamAfterMs ?? STREAM_AFTER_MS, options.clock);
  if (early !== undefined) return Response.json(early);
  return streamed(answer, { token: params.data._meta.progressToken, cut, options });
}

async function orLate(answer: Promise<object>, ms: number, clock: Clock): Promise<object | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = clock.timer(ms, () => late.resolve(undefined));
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    timer.cancel();
  }
}

interface StreamOptions {
  readonly token: RpcId | undefined;
  readonly cut: AbortController;
  readonly options: McpHttpOptions;
}

function streamed(answer: Promise<object>, { token, cut, options }: StreamOptions): Response {
  const { clock, progressMs = PROGRESS_MS } = options;
  const encoder = new TextEncoder();
  const ended = new AbortController();
  const data = (value: object): Uint8Array =>
    encoder.encode(`event: message\ndata: ${JSON.stringify(value)}\n\n`);
  const beat = (seconds: number): Uint8Array =>
    token === undefined
      ? encoder.encode(": still running\n\n")
      : data(progressNotification(token, seconds, `still running (${seconds} s)`));
  const body = new ReadableStream<Uint8Array>({
    start: async (controller) => {
      const started = clock.monotonic();
      const tick = (): void => {
        if (ended.signal.aborted) return;
        controller.enqueue(beat(Math.round((clock.monotonic() - started) / 1000)));
        timer = clock.timer(progressMs, tick);
      };
      let timer = clock.timer(0, tick);
      try {
        const result = await answer;
        if (ended.signal.aborted) return;
        controller.enqueue(data(result));
        controller.close();
      } finally {
        ended.abort();
        timer.cancel();
      }
    },
    cancel: () => {
      ended.abort();
      cut.abort(new Error("claude closed the connection"));
    },
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}
