/**
 * The harness's own web endpoints (src/wire/journal.ts `harnessEndpoints`) and the agent page, on the port that is
 * hashed from the agent's name. A request needs a ticket that hive-c0re signed for this agent; no cookies.
 */

import { SECURITY_HEADERS } from "../../../src/lib/security-headers.ts";
import { messageOf } from "../../../src/platform/errno.ts";
import { type FetchHandler, type RequestInfo, serveHttp } from "../../../src/platform/listen.ts";
import { assetResponse } from "../../../src/web/assets.ts";
import { HiveError } from "../../../src/wire/errors.ts";
import { createAdmit } from "./admit.ts";
import type { WebOptions } from "./options.ts";
import { corsHeaders, judgeOrigin } from "./origin.ts";
import { createRoutes, errorResponse } from "./routes.ts";

export type { OperatorMessage, WebActions, WebOptions } from "./options.ts";

export interface Web {
  readonly port: number;
  stop(): Promise<void>;
}

/** Larger than any message with its JSON around it. */
const BODY_MAX = 1024 * 1024;

/** Undefined when the port stays taken: the agent then works without its page, and says so. */
export async function startWeb(options: WebOptions): Promise<Web | undefined> {
  const { host, port, journal, log, clock, signal } = options;
  try {
    const fetch = createFetch(options);
    const http = await serveHttp({ hostname: host, port, fetch, maxBody: BODY_MAX, log, clock, signal });
    return { port: http.port, stop: () => http.stop({ graceMs: 1_000 }) };
  } catch (error) {
    if (signal?.aborted === true) return undefined;
    log.error({ error, port }, "the agent's page cannot be served");
    const why = error instanceof HiveError ? error.message : messageOf(error);
    journal.append({ kind: "notice", level: "warn", text: `this agent has no page of its own: ${why}` });
    return undefined;
  }
}

function createFetch(options: WebOptions): FetchHandler {
  const { allowedOrigins, assets, log } = options;
  const routes = createRoutes({ ...options, admit: createAdmit(options) });
  const answer = async (request: Request, info: RequestInfo): Promise<Response> => {
    if (request.method === "OPTIONS") return new Response(null, { status: 204 });
    if (request.method === "GET" || request.method === "HEAD") {
      const { pathname } = new URL(request.url);
      const asset = assets?.find(pathname);
      if (asset !== undefined) return assetResponse(request, asset);
      if (pathname === "/") return plainPage(options.agent);
    }
    return routes.fetch(request, { info });
  };
  return async (request, info) => {
    const verdict = judgeOrigin(request, allowedOrigins());
    const response =
      verdict.refused === undefined ? await answer(request, info) : errorResponse(verdict.refused, log);
    const extra = Object.entries({ ...SECURITY_HEADERS, ...corsHeaders(verdict) });
    for (const [name, value] of extra) {
      if (name === "vary") response.headers.append(name, value);
      else response.headers.set(name, value);
    }
    return response;
  };
}

/** For a build without the browser bundle. */
function plainPage(agent: string): Response {
  const text = `This is agent ${agent}. Its page is not part of this build; see the dashboard.\n`;
  return new Response(text, { headers: { "content-type": "text/plain; charset=utf-8" } });
}
