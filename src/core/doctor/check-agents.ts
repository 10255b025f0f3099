/** Checks of the agents: where they answer, whether they are logged in, what is left of them. */
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { webPort } from "../../lib/fnv1a.ts";
import { findByEnvTag } from "../../platform/process.ts";
import { bad, type Check, type DoctorContext, eachOr, type Found, warn } from "./check.ts";

function portCollisions({ agents }: DoctorContext): Found[] {
  const byPort = Map.groupBy(agents.names(), webPort);
  const shared = [...byPort].filter(([, names]) => names.length > 1);
  return eachOr(
    shared.map(([port, names]) =>
      bad(
        `agents ${names.map((name) => `"${name}"`).join(" and ")} share port ${port}`,
        "spawn one of them under another name",
      ),
    ),
    "every agent has a port of its own",
  );
}

/** The harness tries for its port for about 20 s, and goes on without a page. */
const PAGE_GRACE_MS = 30_000;

function pages({ agents, links, clock }: DoctorContext): Found[] {
  const without = agents.rows().filter(({ name, connected, started_at }) => {
    const settled = started_at !== undefined && clock.now() - Date.parse(started_at) > PAGE_GRACE_MS;
    return connected && settled && links.observe(name).web_port === undefined;
  });
  return eachOr(
    without.map(({ name, web_port }) =>
      warn(
        `the page of agent "${name}" is not served: another program has its port ${web_port}`,
        `end that program (ss -ltnp sport = :${web_port}; another hive's "${name}"?), then hivectl agent restart ${name}`,
      ),
    ),
    "every agent's page is served",
  );
}

function logins({ agents, settings, claude }: DoctorContext): Found[] {
  const waiting = agents.rows().filter(({ state }) => state?.kind === "needs_login");
  return eachOr(
    waiting.map(({ name }) =>
      warn(
        `agent "${name}" has no valid Claude login`,
        `CLAUDE_CONFIG_DIR=${join(settings.state_dir, "agents", name, "claude")} ${claude ?? "claude"} auth login`,
      ),
    ),
    "no agent waits for a login",
  );
}

function agentsRunning({ agents }: DoctorContext): Found[] {
  const ill = agents
    .rows()
    .filter(
      ({ process, expected }) => expected === "running" && (process === "failed" || process === "backoff"),
    );
  return eachOr(
    ill.map(({ name, reason, process }) =>
      bad(
        `agent "${name}" ${process === "failed" ? "has failed" : "crashed and is being restarted"}: ${reason ?? "no reason known"}`,
        `hivectl agent logs ${name}`,
      ),
    ),
    "every agent that should run does, or was stopped on purpose",
  );
}

function agentSockets({ agents, settings: { runtime_dir } }: DoctorContext): Found[] {
  const missing = agents.names().filter((name) => !isSocket(join(runtime_dir, "agents", name, "hive.sock")));
  return eachOr(
    missing.map((name) => bad(`the socket of agent "${name}" is missing`, `hivectl agent restart ${name}`)),
    "every agent has its socket",
  );
}

function staleSockets({ agents, settings: { runtime_dir } }: DoctorContext): Found[] {
  const stale = entries(join(runtime_dir, "agents")).filter((name) => !agents.has(name));
  return eachOr(
    stale.map((name) =>
      warn(`"${join(runtime_dir, "agents", name)}" belongs to no agent`, "remove that directory"),
    ),
    "no sockets are left of agents that are gone",
  );
}

/** Under a cage nothing outlives its first process; without one, something may. */
function orphans({ agents, settings: { runtime_dir } }: DoctorContext): Found[] {
  const stopped = agents.rows().filter(({ process }) => process === "stopped" || process === "failed");
  const found = stopped.flatMap(({ name }) => {
    const socket = join(runtime_dir, "agents", name, "hive.sock");
    return findByEnvTag(`HIVE_AGENT_SOCKET=${socket}`).map(({ pid }) => ({ name, pid }));
  });
  return eachOr(
    found.map(({ name, pid }) =>
      warn(`process ${pid} is left of the stopped agent "${name}"`, `kill ${pid}`),
    ),
    "nothing runs on behalf of a stopped agent",
  );
}

function entries(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function isSocket(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
}

export const agentChecks: readonly Check[] = [
  { name: "agents-running", look: agentsRunning },
  { name: "agents-login", look: logins },
  { name: "agent-sockets", look: agentSockets },
  { name: "port-collisions", look: portCollisions },
  { name: "agent-pages", look: pages },
  { name: "orphan-processes", look: orphans },
  { name: "stale-sockets", look: staleSockets },
];
