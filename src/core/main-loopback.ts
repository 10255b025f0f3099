/**
 * The other loopback address of our port. A browser that is told `localhost` tries [::1] first; were it free, any
 * agent (they share the host's network) could put a page there that looks like ours and takes the operator's token.
 */

import { type HttpServer, type ServeHttpOptions, serveHttp } from "../platform/listen.ts";
import type { Logger } from "../platform/log.ts";
import { HiveError } from "../wire/errors.ts";

const OTHER: Readonly<Record<string, string>> = { "127.0.0.1": "::1", "::1": "127.0.0.1" };

/** Undefined where there is nothing to hold, or somebody else has it: then it is said, and the hive goes on. */
export async function holdOtherLoopback(
  options: ServeHttpOptions & { readonly log: Logger },
): Promise<HttpServer | undefined> {
  const hostname = OTHER[options.hostname];
  if (hostname === undefined) return undefined;
  try {
    return await serveHttp({ ...options, hostname, tries: 1 });
  } catch (error) {
    const { port, log } = options;
    // A machine without IPv6 has no such address, for us or for others.
    const say = error instanceof HiveError ? log.warn : log.debug;
    say(
      { error, port, hostname },
      `"${hostname}" port ${port} is not ours: do not open the dashboard as "localhost"`,
    );
    return undefined;
  }
}
