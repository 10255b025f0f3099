/** The dashboard's own files. They hold no data: everything they show comes from the API, after the login. */

import { assetResponse, type WebAssets } from "../../../web/assets.ts";
import { isAgentName } from "../../../wire/ids.ts";

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>hyperhive</title>
<h1>hyperhive</h1>
<p>The hive is running, but its pages were not built. Run <code>scripts/build</code> and start it again;
until then there is <code>hivectl</code>.</p>
</html>
`;

const PLAIN = { "content-type": "text/plain; charset=utf-8" };

export function createPages(assets: WebAssets): (request: Request) => Response {
  return (request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response("method not allowed\n", { status: 405, headers: { ...PLAIN, allow: "GET, HEAD" } });
    }
    const agent = /^\/agent\/([^/]+)(\/?)/.exec(pathname);
    if (agent !== null && !isAgentName(agent[1] ?? "")) return notFound();
    // The page's links are relative: without the slash they would lead elsewhere.
    if (agent !== null && agent[0] === pathname && agent[2] === "") {
      return new Response(null, { status: 308, headers: { location: `${pathname}/` } });
    }
    const page = pathname === "/" || agent?.[0] === pathname;
    if (pathname.endsWith("/") && !page) return notFound();
    const asset = assets.find(pathname);
    if (asset !== undefined) return assetResponse(request, asset);
    if (page && assets.paths.length === 0) return html(request, NOT_BUILT);
    return notFound();
  };
}

function notFound(): Response {
  return new Response("not found\n", { status: 404, headers: PLAIN });
}

function html(request: Request, text: string): Response {
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
  return new Response(request.method === "HEAD" ? null : text, { headers });
}
