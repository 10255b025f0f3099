/**
 * The cage as bwrap's arguments; pure. The agent sees a read-only system, its own state, its socket's directory and
 * nothing else: what is not bound here does not exist for it. Agents share the host's network.
 *
 * No --die-with-parent for a harness: agents outlive the daemon. Variables travel in the environment of bwrap itself, never as
 * arguments, which every user of the host can read.
 */
import { join } from "node:path";
import { cageConfigDirs } from "../../backend.ts";
import type { AgentPlace } from "../../place.ts";

/** One thing of the host that is visible, read-only. */
export type HostEntry =
  | { readonly kind: "bind"; readonly path: string; readonly source: string }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string };

export interface HostFacts {
  readonly bwrap: string;
  /** bwrap can forbid user namespaces inside the cage. */
  readonly disableUserns: boolean;
  readonly system: readonly HostEntry[];
  readonly etc: readonly HostEntry[];
  /** Directories beneath /proc that a root-owned agent could write. */
  readonly procReadOnly: readonly string[];
  /** Files and directories beneath /proc that tell about the host. */
  readonly procMasked: readonly { readonly path: string; readonly directory: boolean }[];
  /** Private places that lie beneath something visible: covered. */
  readonly covered: readonly string[];
}

/** A program of ours, at a fixed place whatever its place on the host. */
export interface CageProgram {
  readonly source: string;
  readonly path: string;
  /** What is bound at `path`'s directory instead, for a script that needs its neighbours. */
  readonly directory?: string;
}

export interface CageFiles {
  readonly passwd: string;
  readonly group: string;
  readonly hostname: string;
}

export interface CageOptions {
  readonly host: HostFacts;
  readonly place: AgentPlace;
  readonly files: CageFiles;
  readonly programs: readonly CageProgram[];
  readonly command: readonly string[];
  /** A manager's: the work trees of the others' configurations are visible. */
  readonly others?: boolean;
  /** For a command of ours: the cage ends when the daemon does. */
  readonly ownedByParent?: boolean;
}

/** The agent's own user, never root: claude refuses to work unasked as root. */
export const CAGE_UID = 1000;
export const PROGRAM_DIR = "/run/hive-bin";
export const CAGE_SOCKET_DIR = "/run/hive";

export function cageHome(name: string): string {
  return `/home/${name}`;
}

export function cageState(name: string): string {
  return `/agents/${name}/state`;
}

export function cageArgv(options: CageOptions): readonly string[] {
  const { host, place, command } = options;
  return [
    host.bwrap,
    ...(options.ownedByParent === true ? ["--die-with-parent"] : []),
    ...namespaces(host, place.name),
    ...host.system.flatMap(visible),
    ...host.covered.flatMap((path) => ["--tmpfs", path]),
    ...etc(options),
    ...kernel(host),
    ...["--tmpfs", "/tmp", "--tmpfs", "/var/tmp", "--symlink", "/run", "/var/run"],
    ...own(place),
    ...configuration(options),
    ...options.programs.flatMap(program),
    // The root is memory too: without this an agent could fill it or hide things in it.
    ...["--remount-ro", "/", "--chdir", cageState(place.name), "--"],
    ...command,
  ];
}

function namespaces({ disableUserns }: HostFacts, name: string): string[] {
  return [
    "--unshare-user",
    ...(disableUserns ? ["--disable-userns"] : []),
    ...["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
    ...["--uid", String(CAGE_UID), "--gid", String(CAGE_UID), "--hostname", `h-${name}`],
    // Its own session: TIOCSTI cannot type into the operator's terminal.
    "--new-session",
    ...["--cap-drop", "ALL"],
  ];
}

function visible(entry: HostEntry): string[] {
  return entry.kind === "bind"
    ? ["--ro-bind", entry.source, entry.path]
    : ["--symlink", entry.target, entry.path];
}

function etc({ host, files }: CageOptions): string[] {
  return [
    ...["--dir", "/etc"],
    ...host.etc.flatMap(visible),
    ...["--ro-bind", files.passwd, "/etc/passwd"],
    ...["--ro-bind", files.group, "/etc/group"],
    ...["--ro-bind", files.hostname, "/etc/hostname"],
  ];
}

/**
 * Where the hive runs as root, the agent is root to the kernel too (without capabilities): it owns the files of
 * /proc/sys, and core_pattern there is a program the host starts. So they are read-only.
 */
function kernel({ procReadOnly, procMasked }: HostFacts): string[] {
  return [
    ...["--proc", "/proc", "--dev", "/dev"],
    ...procReadOnly.flatMap((path) => ["--ro-bind", path, path]),
    ...procMasked.flatMap(({ path, directory }) =>
      directory ? ["--tmpfs", path] : ["--ro-bind", "/dev/null", path],
    ),
  ];
}

function own(place: AgentPlace): string[] {
  const home = cageHome(place.name);
  return [
    ...["--tmpfs", home],
    ...["--bind", place.claude, join(home, ".claude")],
    ...["--bind", place.state, cageState(place.name)],
    // Read-only, which does not hinder connecting: c0re binds sockets in there, and an agent that could put links in
    // its way would choose what is renamed and chmodded.
    ...["--ro-bind", place.socketDir, CAGE_SOCKET_DIR],
  ];
}

/**
 * A work tree holds hooks and filters, which are code: each has one writer, and who else works on the same
 * configuration has a tree of their own.
 */
function configuration({ place, others = false }: CageOptions): string[] {
  const dirs = cageConfigDirs(place.name);
  return [
    ...["--bind", place.proposed, dirs.own],
    ...(others ? ["--bind", place.others, dirs.others] : []),
    // The directory, never the file: a new agent.json is another file of the same name.
    ...["--ro-bind", place.deployed, "/etc/hyperhive"],
  ];
}

function program({ source, path, directory }: CageProgram): string[] {
  return directory === undefined
    ? ["--ro-bind", source, path]
    : ["--ro-bind", directory, path.slice(0, path.lastIndexOf("/"))];
}
