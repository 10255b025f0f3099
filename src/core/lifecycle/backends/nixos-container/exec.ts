/**
 * A command as the agent: in its container where that is up, else in a throw-away place that has nothing of the host
 * but its programs, no network, and of the agent only its configurations. Both end with the command.
 */
import type { Clock } from "../../../../lib/clock.ts";
import { type RunResult, run } from "../../../../platform/run.ts";
import { cageConfigDirs, type ExecOptions, type StartSpec } from "../../backend.ts";
import { type AgentPlace, isDirectory } from "../../place.ts";
import { AGENT_UID, containerOf, harnessEnv, stateOf } from "./inside.ts";
import { type Bind, bindPair } from "./nspawn-flags.ts";
import { type HostPrograms, hostEnv } from "./systemd.ts";

export interface ExecContext {
  readonly programs: HostPrograms;
  readonly path: string;
  readonly clock: Clock;
}

export interface Exec {
  readonly spec: StartSpec;
  readonly argv: readonly string[];
  readonly how: ExecOptions;
  readonly up: boolean;
}

const REACH_MS = 20_000;
/** NixOS's systemd looks for programs in its own package only; the last two are for other systems. */
const PATH_INSIDE = "/run/wrappers/bin /run/current-system/sw/bin /usr/bin /bin";

/** A container that has just started may not be reached in its first moment: then nothing was run. */
export async function execAsAgent(context: ExecContext, exec: Exec): Promise<RunResult> {
  const { clock } = context;
  const deadline = clock.monotonic() + REACH_MS;
  for (;;) {
    const result = await execOnce(context, exec);
    if (!exec.up || !isUnreached(result) || clock.monotonic() >= deadline) return result;
    await clock.sleep(200);
  }
}

function isUnreached({ code, stderr }: RunResult): boolean {
  const silence =
    /^Failed to (connect to .*bus|start transient service unit: Transport endpoint is not conn)/m;
  return code === 1 && silence.test(stderr);
}

function execOnce({ programs, path, clock }: ExecContext, { spec, argv, how, up }: Exec): Promise<RunResult> {
  const own = hostEnv(path);
  const given = Object.entries(harnessEnv(spec)).filter(
    ([key, value]) => value !== undefined && !(key in own),
  );
  const flags = [
    ...["--quiet", "--pipe", "--wait", "--collect"],
    // The end of systemd-run, at the time limit, would not be the end of the command.
    ...properties({ RuntimeMaxSec: `${Math.ceil(how.timeoutMs / 1_000) + 1}s`, KillSignal: "SIGKILL" }),
    // By name: its values may be keys, and everybody reads everybody's command line.
    ...given.map(([key]) => `--setenv=${key}`),
    ...(up ? insideFlags(spec.place) : throwAwayFlags(spec.place, path)),
  ];
  const words = up ? argv : [...asAgent(programs), ...argv];
  return run({
    argv: [programs.systemd_run, ...flags, "--", ...words],
    env: { ...Object.fromEntries(given), ...own },
    ...how,
    clock,
  });
}

function insideFlags({ name }: AgentPlace): readonly string[] {
  return [
    ...[`--machine=${containerOf(name)}`, `--uid=${AGENT_UID}`, `--gid=${AGENT_UID}`],
    `--working-directory=${stateOf(name)}`,
    ...properties({ ExecSearchPath: PATH_INSIDE }),
  ];
}

/** Agents share a user id: what is not hidden of processes, sockets and files would be within reach. */
const NOTHING_ELSE = {
  PrivatePIDs: "yes",
  PrivateNetwork: "yes",
  PrivateIPC: "yes",
  PrivateDevices: "yes",
  ProtectControlGroups: "yes",
  ProtectKernelTunables: "yes",
  ProtectHostname: "yes",
  RestrictNamespaces: "yes",
  RestrictSUIDSGID: "yes",
  LockPersonality: "yes",
  NoNewPrivileges: "yes",
  // For setpriv, which gives them up: systemd takes no user that is in no passwd file.
  CapabilityBoundingSet: "CAP_SETUID CAP_SETGID CAP_SETPCAP",
  MemoryMax: "1G",
  TasksMax: "128",
} as const;

/** Those that are there: NixOS has the store and links into it, others have /usr. */
const PROGRAMS = ["/nix/store", "/run/current-system", "/usr", "/bin", "/sbin", "/lib", "/lib64"];

/** Only configurations are worked on while an agent is down. */
function throwAwayFlags(place: AgentPlace, path: string): readonly string[] {
  const { own, others } = cageConfigDirs(place.name);
  const binds: readonly Bind[] = [
    { source: place.proposed, target: own },
    ...(isDirectory(place.others) ? [{ source: place.others, target: others }] : []),
  ];
  return [
    "--working-directory=/",
    `--setenv=PATH=${path}`,
    ...properties(NOTHING_ELSE),
    ...["/:ro", "/tmp"].flatMap((mount) => properties({ TemporaryFileSystem: mount })),
    ...properties({ BindReadOnlyPaths: PROGRAMS.map((one) => `-${one}`).join(" ") }),
    ...binds.flatMap((bind) => properties({ BindPaths: bindPair(bind) })),
  ];
}

function asAgent({ setpriv }: HostPrograms): readonly string[] {
  const ids = [`--reuid=${AGENT_UID}`, `--regid=${AGENT_UID}`, "--clear-groups"];
  return [setpriv, ...ids, "--bounding-set=-all", "--inh-caps=-all", "--"];
}

function properties(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).map(([key, value]) => `--property=${key}=${value}`);
}
