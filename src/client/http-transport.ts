/**
 * HTTP for the one client: fetch with a bearer token, streams as server-sent events. No cookies, no node modules:
 * runs in a browser, in a web view and in tests alike.
 */
import { type Clock, systemClock } from "../lib/clock.ts";
import type { Method } from "../wire/endpoint.ts";
import { ERROR_CODES, ERRORS, ErrorBody, type ErrorCode, fromErrorBody, HiveError } from "../wire/errors.ts";
import { parseJson, stringifyJson } from "../wire/json.ts";
import { parseSse } from "./sse.ts";
import type { Fields, OpenRequest, RawFrame, Target, Transport } from "./transport.ts";

export interface HttpTransportOptions {
  /** Where the paths begin; "" (the default) is the page's own origin. */
  readonly base?: string;
  /** Asked before each request; undefined sends none. */
  readonly token?: () => string | undefined;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** A stream silent for this long is dead; the other side sends a heartbeat each 15 s. */
  readonly silenceMs?: number;
  readonly clock?: Clock;
}

interface Prepared {
  readonly method: Method;
  readonly url: string;
  readonly body: string | undefined;
}

export function httpTransport(options: HttpTransportOptions = {}): Transport {
  const { base = "", token, silenceMs = 45_000, clock = systemClock } = options;
  const fetchIt = options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init));

  const send = async (prepared: Prepared, headers: Record<string, string>, signal?: AbortSignal) => {
    const bearer = token?.();
    if (bearer !== undefined) headers["authorization"] = `Bearer ${bearer}`;
    if (prepared.body !== undefined) headers["content-type"] = "application/json";
    const init: RequestInit = {
      method: prepared.method,
      headers,
      body: prepared.body,
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      signal: signal ?? null,
    };
    const response = await fetchIt(prepared.url, init).catch((cause: unknown) => {
      // The reason of our own signal comes out here as well.
      throw cause instanceof HiveError
        ? cause
        : new HiveError("unavailable", "the hive cannot be reached", { cause });
    });
    if (!response.ok) throw await refusalOf(response);
    return response;
  };

  return {
    async request(endpoint, input) {
      const response = await send(prepare(endpoint, input, base), { accept: "application/json" });
      const text = await response.text().catch((cause: unknown) => {
        throw new HiveError("unavailable", "the answer was cut off", { cause });
      });
      return readJson(text);
    },
    async *open(endpoint, request) {
      const headers: Record<string, string> = { accept: "text/event-stream" };
      if (request.after !== undefined) headers["last-event-id"] = String(request.after);
      const silence = silenceWatch(request, silenceMs, clock);
      try {
        const response = await send(prepare(endpoint, request.input, base), headers, silence.signal);
        if (response.body === null) throw new HiveError("unavailable", "the stream has no body");
        request.onOpen?.();
        yield* frames(response.body, silence.heard);
      } finally {
        silence.end();
      }
    },
  };
}

/** Fields named in the path go there; the others into the query (GET) or the JSON body. */
export function prepare(endpoint: Target, input: Fields, base: string): Prepared {
  if (endpoint.http === undefined) {
    throw new HiveError("unsupported", `"${endpoint.cmd}" is not offered over http`, {
      hint: "use hivectl on the machine of the hive",
    });
  }
  const [method, pattern] = endpoint.http;
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const path = pattern.replace(/:([a-z_]+)/g, (_whole, field: string) => {
    const value = rest.get(field);
    rest.delete(field);
    return encodeURIComponent(String(value));
  });
  if (method !== "GET") return { method, url: base + path, body: stringifyJson(Object.fromEntries(rest)) };
  const query = new URLSearchParams(
    [...rest].map(([name, value]): [string, string] => [name, String(value)]),
  );
  return { method, url: base + path + (query.size === 0 ? "" : `?${query}`), body: undefined };
}

function readJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new HiveError("unavailable", "the answer is not json: something else answers here", { cause });
  }
}

/** What the other side said; for an answer that is not ours (a proxy's page), what its status means. */
async function refusalOf(response: Response): Promise<HiveError> {
  const text = await response.text().catch(() => "");
  try {
    const body = parseJson(text);
    if (ErrorBody.safeParse(body).success) return fromErrorBody(body);
  } catch {
    // Not JSON: told by its status below.
  }
  return new HiveError(codeOf(response.status), `the answer was http ${response.status}`);
}

function codeOf(status: number): ErrorCode {
  const known = ERROR_CODES.find((code) => ERRORS[code].status === status && code !== "unknown_command");
  return known ?? (status >= 500 ? "unavailable" : "invalid");
}

interface SilenceWatch {
  readonly signal: AbortSignal;
  heard(): void;
  end(): void;
}

/** A computer that slept holds dead connections that never say so. */
function silenceWatch({ signal }: OpenRequest, ms: number, clock: Clock): SilenceWatch {
  const dead = new AbortController();
  const arm = () =>
    clock.timer(ms, () => dead.abort(new HiveError("unavailable", "the stream has fallen silent")));
  let timer = arm();
  return {
    signal: AbortSignal.any([signal, dead.signal]),
    heard: () => {
      timer.cancel();
      timer = arm();
    },
    end: () => {
      timer.cancel();
      // Leaving the loop early must also end the download.
      dead.abort();
    },
  };
}

async function* frames(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<RawFrame> {
  for await (const { data, id } of parseSse(chunksOf(body, heard))) {
    const seq = id === undefined ? Number.NaN : Number(id);
    yield { body: readJson(data), ...(Number.isSafeInteger(seq) ? { id: seq } : {}) };
  }
}

/** By hand: not every browser iterates a ReadableStream. */
async function* chunksOf(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      heard();
      yield next.value;
    }
  } catch (cause) {
    throw cause instanceof HiveError ? cause : new HiveError("unavailable", "the stream was cut", { cause });
  } finally {
    reader.cancel().catch(() => {});
  }
}
