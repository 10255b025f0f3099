/** Opens the operator's doors: the host socket and HTTP, over the same handlers. */
import { join } from "node:path";
import process from "node:process";
import { serveHttp } from "../platform/listen.ts";
import { run } from "../platform/run.ts";
import { groupId } from "../platform/unix-socket.ts";
import { loadWebAssets } from "../web/assets.ts";
import { operatorWire } from "../wire/wire.ts";
import { createLogins } from "./auth/logins.ts";
import { createLoginStore } from "./db/stores/logins.ts";
import { examine } from "./doctor/doctor.ts";
import { createAgentControl } from "./doors/agent-control.ts";
import { createDispatch } from "./doors/dispatch.ts";
import { openHostSocket } from "./doors/host-socket/host-socket.ts";
import { createHttpDoor } from "./doors/http/http.ts";
import type { OperatorServices } from "./doors/operator-context.ts";
import type { Refuse } from "./doors/refuse.ts";
import { operatorRoutes } from "./doors/routes/operator.ts";
import { createJournalProxy } from "./links/journal-proxy.ts";
import { createFacts, homeUrl } from "./main-facts.ts";
import { holdOtherLoopback } from "./main-loopback.ts";
import type { HiveParts } from "./main-parts.ts";
import type { Settings } from "./settings.ts";

export interface OpenDoors {
  readonly port: number;
  readonly url: string;
  readonly socket: string;
  close(): Promise<void>;
}

const CHECK_MS = 10_000;
/** Of a request body the API takes 1 MiB; up to here a larger one is refused by a sentence. */
const MAX_BODY = 16 * 1024 * 1024;

export async function openDoors(parts: HiveParts, refuse: Refuse): Promise<OpenDoors> {
  const { settings, clock, log } = parts;
  const listening = { port: settings.port };
  const services = operatorServices(parts, () => listening.port);
  const dispatch = createDispatch(operatorWire, operatorRoutes(services));
  const { host: hostname, port, domain, allowed_hosts: allowedHosts } = settings;
  const fetch = createHttpDoor({
    dispatch,
    logins: services.logins,
    refuse,
    clock,
    log,
    assets: loadWebAssets(),
    domain,
    allowedHosts,
  });
  const { signal } = parts;
  // First: its port may be taken for a while, or for good, and whoever reaches the socket takes the hive to be up.
  const http = { hostname, fetch, maxBody: MAX_BODY, log, clock, signal };
  const server = await serveHttp({ ...http, port });
  listening.port = server.port;
  const other = await holdOtherLoopback({ ...http, port: server.port });
  try {
    const socket = join(settings.runtime_dir, "host.sock");
    const access = socketAccess(settings);
    const host = await openHostSocket({ path: socket, ...access, dispatch, refuse, clock, log });
    return {
      port: server.port,
      url: homeUrl(settings, server.port),
      socket,
      close: async () => {
        await Promise.all([host.close(), server.stop(), other?.stop()]);
      },
    };
  } catch (error) {
    await Promise.all([server.stop(), other?.stop()]);
    throw error;
  }
}

/** As root, where the admins' group exists, it may connect too. */
function socketAccess({ admin_group }: Settings): { mode: number; group?: number } {
  if (process.getuid?.() !== 0) return { mode: 0o600 };
  try {
    return { mode: 0o660, group: groupId(admin_group) };
  } catch {
    return { mode: 0o600 };
  }
}

function operatorServices(parts: HiveParts, port: () => number): OperatorServices {
  const { settings, clock, log, broker, agents, links, tickets, notify } = parts;
  const { db, audit, ids } = broker;
  const { backend } = agents;
  const logins = createLogins({
    store: createLoginStore(db.orm),
    writer: db.writer,
    audit,
    clock,
    newId: ids,
    home: () => homeUrl(settings, port()),
    onError: (error) => log.warn({ error }, "a session's use could not be noted"),
  });
  const hive = createFacts({
    settings,
    clock,
    backend,
    backends: agents.backends,
    links,
    port,
    doctor: (signal) =>
      examine(
        {
          settings,
          agents: agents.agents,
          links,
          timeline: broker.timeline,
          clock,
          backend,
          claude: agents.claude,
          databaseProblems: () => quickCheck(parts),
          run: (argv) =>
            run({ argv, env: { PATH: parts.env["PATH"] ?? "" }, timeoutMs: CHECK_MS, signal, clock }),
        },
        signal,
      ),
  });
  return {
    ...broker,
    ...agents,
    control: createAgentControl({ agents: agents.agents, links, audit, writer: db.writer }),
    journal: createJournalProxy({
      agents: agents.agents,
      links,
      tickets,
      fetch: (url, init) => fetch(url, init),
    }),
    logins,
    notify,
    tickets,
    hive,
  };
}

function quickCheck({ broker }: HiveParts): string[] {
  const said = broker.db.sqlite.prepare("pragma quick_check(5)").values().flat().map(String);
  return said.length === 1 && said[0] === "ok" ? [] : said;
}
