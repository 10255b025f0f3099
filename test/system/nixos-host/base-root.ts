// The root file system of the test's host: Debian by debootstrap, made once and kept outside the repository. Nothing
// ever writes to it: each host gets an overlay.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const SUITE = "trixie";
const PACKAGES = [
  "systemd",
  "systemd-sysv",
  "systemd-container",
  "dbus",
  "git",
  "procps",
  "iproute2",
  "libdbi-perl",
  "nix-bin",
];
/** Goes up when what is made changes. */
const VERSION = 2;
const MAKE_MS = 6 * 60_000;
/** A maker that is older than this died. */
const STALE_MS = 10 * 60_000;

const cache = (): string =>
  join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "hyperhive-test");

export const baseRoot = (): string => join(cache(), `${SUITE}-${VERSION}`);

/** Why it cannot be had here; undefined when it is there now. */
export async function ensureBaseRoot(): Promise<string | undefined> {
  const root = baseRoot();
  if (existsSync(root)) return undefined;
  if (Bun.which("debootstrap") === null) return "debootstrap is not installed";
  mkdirSync(cache(), { recursive: true });
  for (const name of readdirSync(cache()).filter((each) => each.startsWith(`${SUITE}-${VERSION}.`))) {
    const path = join(cache(), name);
    if (Date.now() - statSync(path).mtimeMs > STALE_MS) rmSync(path, { recursive: true, force: true });
  }
  const draft = `${root}.${process.pid}`;
  const command = ["debootstrap", "--variant=minbase", `--include=${PACKAGES.join(",")}`, SUITE, draft];
  const { exitCode, stdout } = Bun.spawnSync(command, { stdout: "pipe", stderr: "ignore", timeout: MAKE_MS });
  if (exitCode !== 0) {
    rmSync(draft, { recursive: true, force: true });
    const why = stdout.toString().trim().split("\n").at(-1);
    return `debootstrap of ${SUITE} failed: ${why ?? `exit ${exitCode}`}`;
  }
  if (existsSync(root)) rmSync(draft, { recursive: true, force: true });
  else renameSync(draft, root);
  return undefined;
}

// By scripts/test, before the suites lose the network.
if (import.meta.main) {
  const reason = await ensureBaseRoot();
  if (reason !== undefined) console.error(`· no root file system for the test host: ${reason}`);
}
