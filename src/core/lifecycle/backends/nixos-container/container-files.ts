/**
 * What `nixos-container create` would write, written by us: it refuses names above 11 characters, leaves a `.tmp` link
 * in the current directory and forgets the flake's attribute. The result is an ordinary imperative container, which
 * `nixos-container list|status|run|root-login|destroy` understand. Each step is repeatable and has its undo.
 */
import { chownSync, existsSync, lstatSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Revert } from "../../../../lib/revert.ts";
import { ensureDir } from "../../../../platform/atomic-file.ts";
import { run } from "../../../../platform/run.ts";
import { type AgentPlace, isDirectory } from "../../place.ts";
import { purgeTree, removeEmpty } from "../../purge.ts";
import { AGENT_UID } from "./inside.ts";
import type { Bind } from "./nspawn-flags.ts";
import { confPath, readConf, setNspawnFlags } from "./set-nspawn-flags.ts";
import { hostEnv, type SystemdOptions } from "./systemd.ts";

export interface ContainerDirs {
  /** `/etc/nixos-containers` */
  readonly conf_dir: string;
  /** `/var/lib/nixos-containers` */
  readonly root_dir: string;
  /** `/nix/var/nix/profiles/per-container` */
  readonly profile_dir: string;
  /** `/nix/var/nix/gcroots/per-container` */
  readonly gcroot_dir: string;
  /** Where drop-ins go: `/run/systemd/system`. */
  readonly unit_dir: string;
}

export function profilePath(dirs: ContainerDirs, container: string): string {
  return join(dirs.profile_dir, container, "system");
}

/** A system was built for it, and is still there. */
export function hasSystem(dirs: ContainerDirs, container: string): boolean {
  return existsSync(join(profilePath(dirs, container), "init"));
}

/** The agent's user must reach what is bound into its container. */
export function giveToAgent({ claude, state, proposed, others, deployed, socketDir }: AgentPlace): void {
  for (const path of [claude, state, proposed, others, deployed, socketDir].filter(isDirectory)) {
    const { uid } = lstatSync(path);
    if (uid !== AGENT_UID) chownSync(path, AGENT_UID, AGENT_UID);
  }
}

export function makeRoot(dirs: ContainerDirs, container: string, revert: Revert): void {
  ensureDir(dirs.root_dir, 0o700);
  makeOne(join(dirs.root_dir, container), revert);
  for (const base of [dirs.profile_dir, dirs.gcroot_dir]) {
    ensureDir(base, 0o700);
    makeOne(join(base, container), revert);
  }
}

function makeOne(path: string, revert: Revert): void {
  const known = isDirectory(path);
  ensureDir(path, 0o755);
  if (!known) revert.add(() => removeEmpty(path));
}

export function makeConf(dirs: ContainerDirs, container: string, options: ConfOptions): void {
  const path = confPath(dirs.conf_dir, container);
  const known = readConf(path) !== undefined;
  ensureDirIfMissing(dirs.conf_dir);
  setNspawnFlags(path, options.binds);
  if (!known) options.revert.add(() => rmSync(path, { force: true }));
}

interface ConfOptions {
  readonly binds: readonly Bind[];
  readonly revert: Revert;
}

function ensureDirIfMissing(path: string): void {
  if (!isDirectory(path)) ensureDir(path, 0o755);
}

/** The container is stopped. Its login and state are not in it. */
export async function removeFiles(
  dirs: ContainerDirs,
  container: string,
  host: SystemdOptions,
): Promise<void> {
  const root = join(dirs.root_dir, container);
  await unmountBeneath(root, host);
  await unlockEmpty(root, host);
  await purgeTree(root);
  await purgeTree(join(dirs.profile_dir, container));
  await purgeTree(join(dirs.gcroot_dir, container));
  // Last: as long as it is there, the container is known and can be destroyed again.
  rmSync(confPath(dirs.conf_dir, container), { force: true });
}

/** A mount that a start left behind would be emptied instead of the root. */
function unmountBeneath(root: string, host: SystemdOptions): Promise<void> {
  return unmount((one) => one.startsWith(`${root}/`), host);
}

/** systemd-nspawn that is killed leaves it, and the next one would refuse to start the same container. */
export function unmountExport(container: string, host: SystemdOptions): Promise<void> {
  return unmount((one) => one === `/run/systemd/nspawn/unix-export/${container}`, host);
}

async function unmount(
  which: (path: string) => boolean,
  { programs, path, clock }: SystemdOptions,
): Promise<void> {
  const found = mountPoints(readFileSync("/proc/self/mounts", "utf8")).filter(which);
  for (const mount of found.toReversed())
    await run({ argv: [programs.umount, "--", mount], env: hostEnv(path), timeoutMs: 10_000, clock });
}

/** Pure. Blanks and the like stand as octal numbers in that file. */
export function mountPoints(mounts: string): readonly string[] {
  return mounts
    .split("\n")
    .map((line) => line.split(" ")[1])
    .filter((path) => path !== undefined)
    .map((path) =>
      path.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8))),
    );
}

/** NixOS makes /var/empty immutable: it could not be removed. */
async function unlockEmpty(root: string, { programs, path, clock }: SystemdOptions): Promise<void> {
  const empty = join(root, "var", "empty");
  if (!isDirectory(root) || !isDirectory(join(root, "var")) || !isDirectory(empty)) return;
  // Where the file system knows no such attribute there is nothing to take away.
  await run({ argv: [programs.chattr, "-i", empty], env: hostEnv(path), timeoutMs: 10_000, clock }).catch(
    () => {},
  );
}
