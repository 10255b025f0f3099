/**
 * How an agent's container looks from inside, as far as we make it: which of our directories it sees where, and what
 * its harness is told. The rest is the container's own system, built from its configuration.
 */
import { join } from "node:path";
import { writeFileAtomic } from "../../../../platform/atomic-file.ts";
import type { Env } from "../../../../platform/spawn.ts";
import { HiveError } from "../../../../wire/errors.ts";
import { cageConfigDirs, type StartSpec } from "../../backend.ts";
import { OWNER_VARIABLE } from "../../end-run.ts";
import { type AgentPlace, isDirectory } from "../../place.ts";
import type { Bind } from "./nspawn-flags.ts";

/**
 * The agent's user inside, and so to the kernel: containers share the host's user ids. Above the range of people
 * (1000 to 29999) and of nix builders (from 30001), so that it is nobody on the host.
 */
export const AGENT_UID = 31_000;

export const RUN_HIVE = "/run/hive";
/** In the socket's directory: systemd inside reads it for the harness (EnvironmentFile=). */
export const HARNESS_ENV = "harness.env";

export function containerOf(agent: string): string {
  return `h-${agent}`;
}

export function agentOf(container: string): string {
  return container.replace(/^h-/, "");
}

export function homeOf(agent: string): string {
  return `/home/${agent}`;
}

export function stateOf(agent: string): string {
  return `/agents/${agent}/state`;
}

/** `shared`: directories of the host that every container sees in their own place. */
export function agentBinds(place: AgentPlace, shared: readonly string[]): readonly Bind[] {
  const { name } = place;
  const dirs = cageConfigDirs(name);
  return [
    { source: place.claude, target: `${homeOf(name)}/.claude` },
    { source: place.state, target: stateOf(name) },
    { source: place.proposed, target: dirs.own },
    ...(isDirectory(place.others) ? [{ source: place.others, target: dirs.others }] : []),
    // The directory, never the file: a new agent.json is another file of the same name.
    { source: place.deployed, target: "/etc/hyperhive", readOnly: true },
    // Connecting to a socket is not writing.
    { source: place.socketDir, target: RUN_HIVE, readOnly: true },
    ...shared.map((path) => ({ source: path, target: path, readOnly: true })),
  ];
}

/** A missing source would let the start fail at once, again and again. */
export function checkSources(binds: readonly Bind[]): void {
  const missing = binds.find(({ source }) => !isDirectory(source));
  if (missing === undefined) return;
  throw new HiveError("unavailable", `the directory "${missing.source}" is missing or no directory`, {
    hint: `make it: the container binds it to ${missing.target}`,
  });
}

export function harnessEnv({ place, owner, claude, env }: StartSpec): Env {
  const { name } = place;
  return {
    HOME: homeOf(name),
    USER: name,
    LOGNAME: name,
    // Else claude keeps a second file beside ~/.claude, which would not outlive the container.
    CLAUDE_CONFIG_DIR: `${homeOf(name)}/.claude`,
    HIVE_AGENT: name,
    HIVE_AGENT_SOCKET: `${RUN_HIVE}/hive.sock`,
    HYPERHIVE_STATE_DIR: stateOf(name),
    HYPERHIVE_CONFIG_DIR: cageConfigDirs(name).own,
    HIVE_CLAUDE: claude,
    ...env,
    [OWNER_VARIABLE]: owner,
  };
}

/** As systemd.exec(5) reads an EnvironmentFile: within `"…"` only four characters need a backslash. */
export function renderEnvFile(env: Env): string {
  return Object.entries(env)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}="${(value ?? "").replace(/["\\`$]/g, "\\$&")}"\n`)
    .join("");
}

/** For root inside only: it may hold keys. */
export function writeHarnessEnv(spec: StartSpec): void {
  const path = join(spec.place.socketDir, HARNESS_ENV);
  writeFileAtomic(path, renderEnvFile(harnessEnv(spec)), { mode: 0o600 });
}
