/**
 * Host and Origin, before anything is routed: a foreign name that resolves to us (DNS rebinding) and pages of other
 * origins are refused; every agent of this machine is another origin.
 */
import { HiveError } from "../../../src/wire/errors.ts";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

export interface OriginVerdict {
  readonly refused?: HiveError;
  /** A page of another origin that may call us: named in the answer's CORS headers. */
  readonly cross?: string;
}

/** `allowed`: origins such as `http://127.0.0.1:7000`, from the settings. */
export function judgeOrigin(request: Request, allowed: readonly string[]): OriginVerdict {
  const host = (request.headers.get("host") ?? "").toLowerCase();
  const name = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/.exec(host)?.[1];
  if (
    name === undefined ||
    !(LOOPBACK.includes(name) || allowed.some((origin) => hostnameOf(origin) === name))
  ) {
    return { refused: new HiveError("forbidden", "this host name is not served here") };
  }
  const origin = request.headers.get("origin")?.toLowerCase();
  if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) return {};
  if (allowed.some((each) => each.toLowerCase() === origin)) return { cross: origin };
  return { refused: new HiveError("forbidden", "requests from other origins are refused") };
}

function hostnameOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).hostname : undefined;
}

export function corsHeaders({ cross }: OriginVerdict): Readonly<Record<string, string>> {
  if (cross === undefined) return { vary: "origin" };
  return {
    vary: "origin",
    "access-control-allow-origin": cross,
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization, content-type, last-event-id",
    "access-control-max-age": "600",
  };
}
