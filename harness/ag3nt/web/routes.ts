/** The endpoints of src/wire/journal.ts on hono: parse, admit, call the handler, put the answer or error in words. */
import { type Context, Hono } from "hono";
import type { Clock } from "../../../src/lib/clock.ts";
import type { RequestInfo } from "../../../src/platform/listen.ts";
import type { Logger } from "../../../src/platform/log.ts";
import { ERRORS, HiveError, toErrorBody } from "../../../src/wire/errors.ts";
import type { JournalFrame } from "../../../src/wire/journal.ts";
import { parseJson, stringifyJson } from "../../../src/wire/json.ts";
import { harnessWire } from "../../../src/wire/wire.ts";
import type { Admit } from "./admit.ts";
import { createHandlers, type HarnessWire, RIGHTS, type WebContext } from "./handlers.ts";
import type { WebOptions } from "./options.ts";
import { sseBody } from "./sse.ts";

export interface RouteOptions extends Pick<WebOptions, "journal" | "info" | "actions"> {
  readonly admit: Admit;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RouteEnv {
  Bindings: { info: RequestInfo };
}

/** A handler once its types are forgotten: it is only ever given its own parsed input. */
type AnyHandler = (input: unknown, context: WebContext) => unknown;

export function createRoutes(options: RouteOptions): Hono<RouteEnv> {
  const { admit, clock } = options;
  const handlers = createHandlers(options);
  const app = new Hono<RouteEnv>();
  for (const key of Object.keys(harnessWire) as (keyof HarnessWire)[]) {
    const endpoint = harnessWire[key];
    const [method, path] = endpoint.http;
    const handler = handlers[key] as AnyHandler;
    app.on(method, path, async (c) => {
      const ticket = await admit(c.req.raw, RIGHTS[key]);
      const input = parseInput(endpoint.input, await readInput(c, method));
      const end = new AbortController();
      const signal = AbortSignal.any([end.signal, c.req.raw.signal, c.env.info.stopping]);
      const result = handler(input, { ticket, signal, lastEventId: lastEventId(c.req.raw) });
      if ("stream" in endpoint) {
        return stream(sseBody({ frames: result as AsyncIterable<JournalFrame>, end, clock }));
      }
      return json(200, endpoint.output.parse(await result));
    });
  }
  app.onError((error) => errorResponse(error, options.log));
  app.notFound(() => errorResponse(new HiveError("not_found", "there is nothing at this path"), options.log));
  return app;
}

async function readInput(c: Context, method: string): Promise<unknown> {
  if (method === "GET") return c.req.query();
  const text = await c.req.raw.text();
  if (text === "") return {};
  try {
    return parseJson(text);
  } catch (cause) {
    throw new HiveError("invalid", "the body is not JSON", { cause });
  }
}

function parseInput(schema: HarnessWire[keyof HarnessWire]["input"], value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join(".") ?? "";
  throw new HiveError(
    "invalid",
    field === "" ? (issue?.message ?? "bad input") : `"${field}": ${issue?.message}`,
  );
}

function lastEventId(request: Request): number | undefined {
  const text = request.headers.get("last-event-id") ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function json(status: number, value: unknown): Response {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return new Response(stringifyJson(value), { status, headers });
}

function stream(body: ReadableStream<Uint8Array>): Response {
  const headers = {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  };
  return new Response(body, { headers });
}

export function errorResponse(error: unknown, log: Logger): Response {
  const body = toErrorBody(error);
  if (!(error instanceof HiveError)) log.error({ error }, "a web request failed");
  return json(ERRORS[body.code].status, body);
}
