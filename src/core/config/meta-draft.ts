/** A meta flake before it is committed: a directory of its own, so that what fails in it changes nothing. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { ensureDir, readFileNoFollow, writeFileAtomic } from "../../platform/atomic-file.ts";
import { urlPath } from "./meta-flake.ts";
import type { MetaFiles } from "./meta-repo.ts";

export interface MetaDraft {
  /** As nix names it. */
  readonly ref: string;
  files(): MetaFiles;
}

/** One at a time; nothing of it is left. */
export async function inDraft<T>(
  path: string,
  { flake, lock }: Partial<MetaFiles> & Pick<MetaFiles, "flake">,
  work: (draft: MetaDraft) => Promise<T>,
): Promise<T> {
  const read = (name: string): string => readFileNoFollow(join(path, name)).toString("utf8");
  rmSync(path, { recursive: true, force: true });
  try {
    ensureDir(path, 0o700);
    writeFileAtomic(join(path, "flake.nix"), flake, { mode: 0o644 });
    if (lock !== undefined) writeFileAtomic(join(path, "flake.lock"), lock, { mode: 0o644 });
    return await work({
      ref: `path:${urlPath(path)}`,
      files: () => ({ flake: read("flake.nix"), lock: read("flake.lock") }),
    });
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
