/** One request below /api/ → an answer: who asks, which fields, the dispatch, JSON or a stream. */
import type { Clock } from "../../../lib/clock.ts";
import type { RequestInfo } from "../../../platform/listen.ts";
import type { Logger } from "../../../platform/log.ts";
import type { Endpoint } from "../../../wire/endpoint.ts";
import { ERRORS, HiveError } from "../../../wire/errors.ts";
import { stringifyJson } from "../../../wire/json.ts";
import type { Logins } from "../../auth/logins.ts";
import { type Caller, type Dispatch, mayCall } from "../dispatch.ts";
import type { OperatorContext } from "../operator-context.ts";
import type { Fields } from "../parse-input.ts";
import type { Refuse } from "../refuse.ts";
import { requestFields } from "./request-fields.ts";
import { orLater, sseBody } from "./sse.ts";

/** A stream that fails this soon is answered with its error; later ones just end. */
const EARLY_FAILURE_MS = 100;
const LONGEST_TOKEN = 200;

export interface ApiOptions {
  readonly dispatch: Dispatch<OperatorContext>;
  readonly logins: Logins;
  readonly refuse: Refuse;
  readonly clock: Clock;
  readonly log: Logger;
  readonly heartbeatMs?: number;
}

export interface ApiCall {
  readonly endpoint: Endpoint;
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
  readonly info: RequestInfo;
}

export interface Api {
  answer(call: ApiCall): Promise<Response>;
  refused(error: unknown, what: string): Response;
  /** Of a request's token; undefined without a good one. */
  session(request: Request): Session | undefined;
}

type Session = { readonly id: string };

export function createApi(options: ApiOptions): Api {
  const { logins } = options;
  const refused = (error: unknown, what: string): Response => {
    const refusal = options.refuse(error, what);
    return json(ERRORS[refusal.code].status, { ...refusal });
  };
  const session = (request: Request): Session | undefined => {
    const token = /^Bearer ([A-Za-z0-9_-]+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    return token === undefined || token.length > LONGEST_TOKEN ? undefined : logins.authenticate(token);
  };
  return {
    refused,
    session,
    answer: async (call) => {
      const { endpoint, request, params } = call;
      try {
        const known = session(request);
        const caller: Caller = known === undefined ? "public" : "operator";
        // Before the body is read: a stranger costs us nothing and learns nothing.
        if (!mayCall(endpoint.access, caller)) throw needsLogin();
        const fields = withLastEventId(endpoint, request, await requestFields(request, params));
        return await run(options, call, { session: known, caller, fields });
      } catch (error) {
        return refused(error, endpoint.cmd);
      }
    },
  };
}

export function needsLogin(): HiveError {
  return new HiveError("unauthorized", "this needs a login", { hint: "hivectl login" });
}

interface Prepared {
  readonly session: Session | undefined;
  readonly caller: Caller;
  readonly fields: Fields;
}

async function run(options: ApiOptions, call: ApiCall, prepared: Prepared): Promise<Response> {
  const { endpoint, request, info } = call;
  const { session, caller, fields } = prepared;
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, info.stopping, request.signal]);
  const who = session === undefined ? "nobody" : `session:${session.id}`;
  const context: OperatorContext = {
    actor: { kind: "operator", via: "http", who },
    signal,
    userAgent: request.headers.get("user-agent") ?? "",
  };
  const answer = await options.dispatch.run(endpoint, { fields, caller, context });
  if (answer.kind === "one") return json(200, answer.body);
  if (request.method === "HEAD" || session === undefined) {
    gone.abort();
    return new Response(null, { headers: EVENT_STREAM });
  }
  return stream(options, answer.frames, { session, gone, signal });
}

const EVENT_STREAM = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  // nginx would collect events before passing them on.
  "x-accel-buffering": "no",
};

interface Streaming {
  readonly session: Session;
  readonly gone: AbortController;
  readonly signal: AbortSignal;
}

async function stream(
  options: ApiOptions,
  frames: AsyncIterable<Fields>,
  { session, gone, signal }: Streaming,
): Promise<Response> {
  const { clock, logins, log, heartbeatMs } = options;
  const iterator = frames[Symbol.asyncIterator]();
  const first = iterator.next();
  // Rejected early, it is thrown here and becomes the answer; later, `sseBody` awaits the same promise.
  await orLater(first, { clock, ms: EARLY_FAILURE_MS, signal }).catch((error: unknown) => {
    gone.abort();
    throw error;
  });
  const stopWatching = logins.onRevoked((id) => {
    if (id === session.id) gone.abort(new HiveError("unauthorized", "this session was revoked"));
  });
  const body = sseBody(iterator, first, {
    clock,
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
    stillAllowed: () => logins.alive(session.id),
    signal,
    onEnd: () => {
      stopWatching();
      gone.abort();
    },
    onError: (error) => log.info({ error }, "a stream ended early"),
  });
  return new Response(body, { headers: EVENT_STREAM });
}

/** A client that comes back says where it was. */
function withLastEventId(endpoint: Endpoint, request: Request, fields: Fields): Fields {
  const last = request.headers.get("last-event-id");
  if (endpoint.stream !== true || last === null || last === "") return fields;
  return { ...fields, after: last };
}

function json(status: number, body: Fields): Response {
  return new Response(`${stringifyJson(body)}\n`, {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  });
}
