/** The hash of the node_modules that Nix builds from, and what it was computed of. */
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { narHash } from "./nar-hash.ts";
import { ROOT } from "./paths.ts";

export const HASH_FILE = join(ROOT, "nix/packages/node-modules-hash.json");
const INPUTS = ["package.json", "bun.lock", "bunfig.toml"];

/** No scripts, no packages of one platform, the layout said: the result is the same everywhere. */
export const INSTALL_FLAGS = [
  "--frozen-lockfile",
  "--production",
  "--ignore-scripts",
  "--no-progress",
  "--linker=hoisted",
  "--backend=copyfile",
] as const;

export interface NodeModulesHash {
  readonly hash: string;
  readonly flags: readonly string[];
  /** Of what decides about the result: when it says something else, the hash is to be computed anew. */
  readonly inputs: string;
}

export function readHashFile(): NodeModulesHash {
  return JSON.parse(readFileSync(HASH_FILE, "utf8")) as NodeModulesHash;
}

/** Of the lockfile and the dependencies; other lines of package.json do not matter. */
export function inputsDigest(root = ROOT): string {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const lock = readFileSync(join(root, "bun.lock"));
  const hash = createHash("sha256")
    .update(JSON.stringify([dependencies, INSTALL_FLAGS]))
    .update(lock);
  return hash.digest("hex");
}

export interface Installed extends Disposable {
  /** Holds node_modules and nothing else. */
  readonly dir: string;
  readonly hash: string;
}

/** Throws when it cannot be installed, as without a network and a cache. */
export function cleanInstall(): Installed {
  const work = mkdtempSync(join(tmpdir(), "hive-node-modules-"));
  const dispose = (): void => rmSync(work, { recursive: true, force: true });
  for (const name of INPUTS) copyFileSync(join(ROOT, name), join(work, name));
  const { NODE_ENV: _, ...env } = process.env;
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, "install", ...INSTALL_FLAGS], {
    cwd: work,
    env,
    stdout: "ignore",
    stderr: "pipe",
    timeout: 120_000,
  });
  if (exitCode !== 0) {
    dispose();
    throw new Error(`bun install: ${stderr.toString().trim().split("\n").at(-1) ?? `exit ${exitCode}`}`);
  }
  const dir = join(work, "out");
  mkdirSync(dir);
  renameSync(join(work, "node_modules"), join(dir, "node_modules"));
  return { dir, hash: narHash(dir), [Symbol.dispose]: dispose };
}
