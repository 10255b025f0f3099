/**
 * The repository of the meta flake: flake.nix with its flake.lock, one commit per change, c0re's alone. What is
 * committed is the truth; the files in its work tree are for people and for nix.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureDir, writeFileAtomic } from "../../platform/atomic-file.ts";
import { git, tryGit } from "../../platform/git.ts";

export interface MetaFiles {
  readonly flake: string;
  readonly lock: string;
}

export interface MetaRepo {
  readonly path: string;
  /** Undefined before the first commit. */
  committed(): Promise<MetaFiles | undefined>;
  /** Both or none; false when they are what is committed. */
  commit(files: MetaFiles, message: string): Promise<boolean>;
  /** Holds a text for later; its id. */
  keep(text: string): Promise<string>;
  kept(id: string): Promise<string | undefined>;
  /** At the start, while nobody else can work in it: mends what a killed git or a power cut left. */
  heal(): Promise<void>;
}

const FLAKE = "flake.nix";
const LOCK = "flake.lock";

export function metaRepo(path: string): MetaRepo {
  const must = async (...args: string[]): Promise<string> => (await git({ cwd: path, args })).stdout;
  const read = async (object: string): Promise<string | undefined> => {
    if (!existsSync(join(path, ".git"))) return undefined;
    const { code, stdout } = await tryGit({ cwd: path, args: ["cat-file", "blob", object] });
    return code === 0 ? stdout : undefined;
  };
  const init = async (): Promise<void> => {
    ensureDir(path, 0o700);
    if (!existsSync(join(path, ".git"))) await must("init", "--quiet", "--template=");
  };
  const committed = async (): Promise<MetaFiles | undefined> => {
    const [flake, lock] = [await read(`HEAD:${FLAKE}`), await read(`HEAD:${LOCK}`)];
    return flake === undefined || lock === undefined ? undefined : { flake, lock };
  };
  return {
    path,
    committed,
    commit: async (files, message) => {
      await init();
      for (const [name, text] of [
        [FLAKE, files.flake],
        [LOCK, files.lock],
      ] as const)
        writeFileAtomic(join(path, name), text, { mode: 0o644 });
      await must("add", "--", FLAKE, LOCK);
      if ((await tryGit({ cwd: path, args: ["diff", "--cached", "--quiet"] })).code === 0) return false;
      await must("commit", "--quiet", "-m", message);
      return true;
    },
    keep: async (text) => {
      await init();
      const { stdout } = await git({ cwd: path, args: ["hash-object", "-w", "--stdin"], input: text });
      const id = stdout.trim();
      await must("update-ref", `refs/hive/kept/${id}`, id);
      return id;
    },
    kept: read,
    heal: async () => {
      const own = join(path, ".git");
      if (!existsSync(own)) return;
      removeLocks(own);
      // Written again from what is applied; nothing else is in it.
      if ((await committed()) === undefined) return rmSync(own, { recursive: true, force: true });
      // Of a commit that was cut off; also when the index itself is damaged.
      rmSync(join(own, "index"), { force: true });
      await must("reset", "--quiet", "--hard");
    },
  };
}

/** Lock files of git, which a killed one leaves behind: it would wait for none, but fail. */
export function removeLocks(repository: string): void {
  for (const entry of readdirSync(repository, { withFileTypes: true })) {
    const path = join(repository, entry.name);
    if (entry.isDirectory() && entry.name !== "objects") removeLocks(path);
    else if (entry.isFile() && entry.name.endsWith(".lock")) rmSync(path, { force: true });
  }
}
