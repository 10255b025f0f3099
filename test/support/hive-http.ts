// The dashboard's side of a test hive: a browser's login by the one-time link, calls with the bearer token, and a
// recorder of the event stream. No cookies, exactly what a page would send.
import { call } from "../../src/client/call.ts";
import { httpTransport } from "../../src/client/http-transport.ts";
import { subscribe } from "../../src/client/subscribe.ts";
import type { Transport } from "../../src/client/transport.ts";
import type { CallInput, Endpoint, Output } from "../../src/wire/endpoint.ts";
import { operatorWire } from "../../src/wire/wire.ts";

export interface HiveHttp {
  readonly token: string;
  readonly base: string;
  call<E extends Endpoint>(endpoint: E, input: CallInput<E>): Promise<Output<E>>;
  /** Records the frames of a stream until disposed. */
  record<E extends Endpoint>(endpoint: E, input: CallInput<E>): Recorder<Output<E>>;
  /** Any request of a page, with the token. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export interface Recorder<T> extends AsyncDisposable {
  readonly frames: readonly T[];
}

/** Takes the code out of the link, as the page does, and exchanges it. */
export async function loginOverHttp(base: string, hostTransport: Transport): Promise<HiveHttp> {
  const { url } = await call(hostTransport, operatorWire.loginLink, {});
  const code = new URLSearchParams(new URL(url).hash.slice(1)).get("login") ?? "";
  const { token } = await call(httpTransport({ base }), operatorWire.login, { code });
  const transport = httpTransport({ base, token: () => token });
  return {
    token,
    base,
    call: (endpoint, input) => call(transport, endpoint, input),
    record: (endpoint, input) => record(transport, endpoint, input),
    fetch: (path, init = {}) =>
      fetch(base + path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } }),
  };
}

function record<E extends Endpoint>(
  transport: Transport,
  endpoint: E,
  input: CallInput<E>,
): Recorder<Output<E>> {
  const frames: Output<E>[] = [];
  const stopping = new AbortController();
  const running = (async () => {
    for await (const frame of subscribe(transport, endpoint, { input, signal: stopping.signal }))
      frames.push(frame);
  })();
  running.catch(() => {});
  return {
    frames,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await running.catch(() => {});
    },
  };
}
