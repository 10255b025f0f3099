/** What is true of this hive as a whole: where it is reached, since when, how it runs its agents. */
import { hostname } from "node:os";
import type { Clock } from "../lib/clock.ts";
import type { HiveInfo } from "../wire/events.ts";
import { REVISION, VERSION } from "../wire/version.ts";
import type { HiveFacts } from "./doors/operator-context.ts";
import { agentPort } from "./links/agent-page.ts";
import type { Links } from "./services.ts";
import type { Settings } from "./settings.ts";

export interface FactsOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly backend: { readonly name: string; readonly isolated: boolean };
  readonly backends: HiveInfo["backends"];
  readonly links: Pick<Links, "observe">;
  /** The port that is listened on; known once it is. */
  readonly port: () => number;
  readonly doctor: HiveFacts["doctor"];
}

export function createFacts(options: FactsOptions): HiveFacts {
  const { settings, clock, backend, backends, links, port, doctor } = options;
  const info: HiveInfo = {
    hive: hostname(),
    version: VERSION,
    revision: REVISION,
    started_at: new Date(clock.now()).toISOString(),
    backend: backend.name,
    isolated: backend.isolated,
    demo: settings.demo,
    backends,
  };
  return {
    info: () => info,
    urls: () => ({
      ...(settings.domain === undefined ? {} : { domain: settings.domain }),
      home: homeUrl(settings, port()),
      ...(settings.forge_url === undefined ? {} : { forge: settings.forge_url }),
      ...(settings.matrix_url === undefined ? {} : { matrix: settings.matrix_url }),
    }),
    agentUrl: (name) => `http://127.0.0.1:${agentPort({ links }, name)}/`,
    doctor,
    now: () => clock.now(),
  };
}

/** With a trailing slash. */
export function homeUrl({ home_url, domain, host }: Settings, port: number): string {
  if (home_url !== undefined) return home_url.endsWith("/") ? home_url : `${home_url}/`;
  if (domain !== undefined) return `https://${domain}/`;
  const everywhere = host === "0.0.0.0" || host === "::";
  const name = everywhere ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}/`;
}

/** Origins whose pages may speak to a harness's own web endpoints. */
export function allowedOrigins(settings: Settings, port: number): string[] {
  const own = new URL(homeUrl(settings, port)).origin;
  return [...new Set([own, `http://127.0.0.1:${port}`, `http://localhost:${port}`])];
}
