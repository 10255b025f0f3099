/**
 * What of this machine an agent may see. System directories as a whole; of /etc only what is named here, since the
 * rest holds keys, tokens and password hashes.
 */
import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { errnoOf } from "../../../../platform/errno.ts";
import type { HostEntry, HostFacts } from "./cage-argv.ts";

const SYSTEM = [
  "/usr",
  "/bin",
  "/sbin",
  "/lib",
  "/lib32",
  "/lib64",
  "/libx32",
  "/opt",
  "/nix",
  "/gnu",
  "/run/current-system",
  "/run/opengl-driver",
];

const ETC = [
  "alternatives",
  "bash.bashrc",
  "bashrc",
  "ca-certificates",
  "ca-certificates.conf",
  "crypto-policies",
  "debian_version",
  "fonts",
  "gai.conf",
  "host.conf",
  "hosts",
  "inputrc",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "locale.alias",
  "locale.conf",
  "localtime",
  "magic",
  "mime.types",
  "nsswitch.conf",
  "os-release",
  "pki/ca-trust",
  "pki/tls/cert.pem",
  "pki/tls/certs",
  "profile",
  "profile.d",
  "protocols",
  "resolv.conf",
  "services",
  "shells",
  "ssl/certs",
  "ssl/openssl.cnf",
  "static",
  "terminfo",
  "timezone",
].map((name) => `/etc/${name}`);

const PROC_READ_ONLY = ["/proc/sys", "/proc/fs", "/proc/driver", "/proc/tty"];
const PROC_MASKED = [
  "/proc/acpi",
  "/proc/asound",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/mtrr",
  "/proc/sched_debug",
  "/proc/scsi",
  "/proc/timer_list",
];

export interface HostFactsOptions {
  readonly bwrap: string;
  readonly disableUserns: boolean;
  /** State root, runtime root, the operator's home: never visible, wherever they lie. */
  readonly privatePlaces: readonly string[];
}

export function readHostFacts({ bwrap, disableUserns, privatePlaces }: HostFactsOptions): HostFacts {
  const system = SYSTEM.flatMap(systemEntry);
  return {
    bwrap,
    disableUserns,
    system,
    etc: ETC.flatMap(etcEntry),
    procReadOnly: PROC_READ_ONLY.filter((path) => kindOf(path) !== undefined),
    procMasked: PROC_MASKED.flatMap((path) => {
      const kind = kindOf(path);
      return kind === undefined ? [] : [{ path, directory: kind === "directory" }];
    }),
    covered: coveredPlaces(system, privatePlaces),
  };
}

type Kind = "directory" | "symlink" | "file";

function kindOf(path: string): Kind | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (stat.isSymbolicLink()) return "symlink";
  return stat.isDirectory() ? "directory" : "file";
}

/** /bin and its like are links into /usr on most systems: they stay links. */
function systemEntry(path: string): HostEntry[] {
  const kind = kindOf(path);
  if (kind === undefined) return [];
  if (kind === "symlink") return [{ kind: "symlink", path, target: readlinkSync(path) }];
  return [{ kind: "bind", path, source: path }];
}

/** Links are followed here (resolv.conf points into /run), but for those that lead into what is visible anyway. */
function etcEntry(path: string): HostEntry[] {
  const real = realPath(path);
  if (real === undefined) return [];
  if (path === "/etc/static" || real.startsWith("/nix/"))
    return kindOf(path) === "symlink" ? [{ kind: "symlink", path, target: real }] : bound(path, real);
  return bound(path, real);
}

function bound(path: string, source: string): HostEntry[] {
  return [{ kind: "bind", path, source }];
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "EACCES") return undefined;
    throw error;
  }
}

/** Private places beneath a visible directory; by their real paths, so that a link does not hide one. */
export function coveredPlaces(system: readonly HostEntry[], places: readonly string[]): readonly string[] {
  const roots = system.filter((entry) => entry.kind === "bind").map((entry) => entry.source);
  const real = places.map((place) => realPath(place)).filter((place) => place !== undefined);
  return [...new Set(real)].filter((place) => roots.some((root) => place.startsWith(`${root}/`)));
}
