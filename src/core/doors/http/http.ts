/**
 * The HTTP door: the API under /api/v1 for a logged-in operator, and the pages. In this order: Host and Origin,
 * then the login, then the route. No cookies, no CORS. hono is used for matching paths and nothing else.
 */
import { Hono } from "hono";
import { SECURITY_HEADERS } from "../../../lib/security-headers.ts";
import type { FetchHandler, RequestInfo } from "../../../platform/listen.ts";
import type { WebAssets } from "../../../web/assets.ts";
import { HiveError } from "../../../wire/errors.ts";
import { type ApiOptions, createApi, needsLogin } from "./api.ts";
import { createOriginCheck, type OriginCheckOptions } from "./origin.ts";
import { createPages } from "./pages.ts";

export interface HttpDoorOptions extends ApiOptions, OriginCheckOptions {
  readonly assets: WebAssets;
}

type Env = { Bindings: { info: RequestInfo } };

export function createHttpDoor(options: HttpDoorOptions): FetchHandler {
  const api = createApi(options);
  const pages = createPages(options.assets);
  const checkOrigin = createOriginCheck(options);
  const app = new Hono<Env>();
  const methods = new Map<string, string[]>();

  for (const endpoint of options.dispatch.endpoints) {
    if (endpoint.http === undefined) continue;
    const [method, path] = endpoint.http;
    methods.set(path, [...(methods.get(path) ?? []), method]);
    app.on(method, path, (c) =>
      api.answer({ endpoint, request: c.req.raw, params: c.req.param(), info: c.env.info }),
    );
  }
  for (const [path, allowed] of methods) {
    app.all(path, (c) => {
      if (api.session(c.req.raw) === undefined) return api.refused(needsLogin(), path);
      const error = new HiveError(
        "invalid",
        `"${c.req.method}" is not offered here, only ${allowed.join(", ")}`,
      );
      const response = api.refused(error, path);
      return new Response(response.body, {
        status: 405,
        headers: { ...headersOf(response), allow: allowed.join(", ") },
      });
    });
  }
  app.all("/api/*", (c) => {
    if (api.session(c.req.raw) === undefined) return api.refused(needsLogin(), "api");
    return api.refused(
      new HiveError("not_found", "there is no such path", { hint: "docs/protocol/REFERENCE.md" }),
      "api",
    );
  });
  app.all("*", (c) => pages(c.req.raw));
  app.onError((error) => api.refused(error, "http"));

  return async (request, info) => {
    const foreign = checkOrigin(request);
    const response =
      foreign === undefined ? await app.fetch(request, { info }) : api.refused(foreign, "http");
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);
    return response;
  };
}

function headersOf(response: Response): Record<string, string> {
  return Object.fromEntries(response.headers);
}
