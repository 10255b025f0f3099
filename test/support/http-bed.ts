/** The HTTP door over the operator's real handlers, on a free port of loopback, with a browser's means. */
import { createLogins, type Logins } from "../../src/core/auth/logins.ts";
import { createDispatch } from "../../src/core/doors/dispatch.ts";
import { createHttpDoor } from "../../src/core/doors/http/http.ts";
import type { OperatorServices } from "../../src/core/doors/operator-context.ts";
import { createRefuse } from "../../src/core/doors/refuse.ts";
import { operatorRoutes } from "../../src/core/doors/routes/operator.ts";
import { type Clock, systemClock } from "../../src/lib/clock.ts";
import { serveHttp } from "../../src/platform/listen.ts";
import { silentLogger } from "../../src/platform/log.ts";
import type { WebAssets } from "../../src/web/assets.ts";
import { operatorWire } from "../../src/wire/wire.ts";
import { fakeServices, fakeWriter, memoryLoginStore, newId } from "./fake-services.ts";

export interface HttpBed extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly logins: Logins;
  /** A fresh session's token. */
  login(): Promise<string>;
  get(path: string, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

export interface HttpBedOptions {
  readonly services?: Partial<OperatorServices>;
  readonly clock?: Clock;
  readonly heartbeatMs?: number;
  readonly assets?: WebAssets;
  readonly allowedHosts?: readonly string[];
}

const NO_ASSETS: WebAssets = { paths: [], find: () => undefined };

export async function openHttpBed(options: HttpBedOptions = {}): Promise<HttpBed> {
  const { services = {}, clock = systemClock, heartbeatMs, assets = NO_ASSETS, allowedHosts = [] } = options;
  const logins = createLogins({
    store: memoryLoginStore(),
    writer: fakeWriter,
    audit: { append: () => {} },
    clock,
    newId,
    home: () => "http://127.0.0.1/",
    onError: () => {},
  });
  const dispatch = createDispatch(operatorWire, operatorRoutes(fakeServices({ logins, ...services })));
  const refuse = createRefuse({ log: silentLogger, newId });
  const door = createHttpDoor({
    dispatch,
    logins,
    refuse,
    clock,
    log: silentLogger,
    assets,
    domain: "hive.example.org",
    allowedHosts,
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
  });
  const server = await serveHttp({ hostname: "127.0.0.1", port: 0, fetch: door });
  const login = async (): Promise<string> => {
    const link = await logins.createLink({ kind: "operator", via: "host", who: "uid:0" });
    return (await logins.exchange(link.url.split("#login=")[1] ?? "", "test")).token;
  };
  const stop = (): Promise<void> => server.stop({ graceMs: 500 });
  return {
    url: server.url,
    port: server.port,
    logins,
    login,
    get: (path, init) => fetch(`${server.url}${path}`, init),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

export function bearer(
  token: string,
  more: Record<string, string> = {},
): { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${token}`, ...more } };
}
