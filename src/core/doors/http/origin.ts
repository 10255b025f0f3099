/**
 * Host and Origin, checked before anything is routed: a page of another site, or of another port of this machine
 * (every agent has one), may not speak to the hive; a foreign name that resolves to us (DNS rebinding) neither.
 */
import { HiveError } from "../../../wire/errors.ts";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

export interface OriginCheckOptions {
  readonly domain?: string | undefined;
  readonly allowedHosts: readonly string[];
}

/** Undefined when the request may go on. */
export type OriginCheck = (request: Request) => HiveError | undefined;

export function createOriginCheck({ domain, allowedHosts }: OriginCheckOptions): OriginCheck {
  const allowed = new Set(
    [...LOOPBACK, ...(domain === undefined ? [] : [domain]), ...allowedHosts].map(lower),
  );
  return (request) => {
    const host = request.headers.get("host") ?? "";
    const authority = parseAuthority(host);
    if (authority === undefined || !allowed.has(authority.hostname)) {
      return new HiveError("forbidden", "this host name is not served here", {
        hint: 'add it to "allowed_hosts" in the settings',
      });
    }
    const origin = request.headers.get("origin");
    if (origin === null || originAuthority(origin) === authority.host) return undefined;
    return new HiveError("forbidden", "requests from other origins are refused");
  };
}

function lower(text: string): string {
  return text.toLowerCase();
}

/** `host` without the port that is the scheme's own. */
function parseAuthority(host: string): { host: string; hostname: string } | undefined {
  if (!/^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/.test(host)) return undefined;
  const name = lower(host.replace(/:\d+$/, "")).replace(/\.$/, "");
  return { host: withoutDefaultPort(lower(host)), hostname: name };
}

function withoutDefaultPort(host: string): string {
  return host.replace(/:(80|443)$/, "");
}

function originAuthority(origin: string): string | undefined {
  const found = /^https?:\/\/([^/?#@\s]+)$/.exec(lower(origin))?.[1];
  return found === undefined ? undefined : withoutDefaultPort(found);
}
