/**
 * The directory of the meta flake: written from the agents there are, committed, in turn. The repository is c0re's
 * alone. What an agent's configuration is, is decided elsewhere and handed in.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureDir, readFileNoFollow, writeFileAtomic } from "../../platform/atomic-file.ts";
import { git, tryGit } from "../../platform/git.ts";
import { type MetaFlake, renderMetaFlake } from "./meta-flake.ts";

const FILE = "flake.nix";

/** True when there was something to commit. Repeatable after any interruption. */
export async function writeMetaFlake(dir: string, flake: MetaFlake): Promise<boolean> {
  const text = renderMetaFlake(flake);
  ensureDir(dir, 0o700);
  if (!existsSync(join(dir, ".git"))) await git({ cwd: dir, args: ["init", "--quiet"] });
  const path = join(dir, FILE);
  if (!existsSync(path) || readFileNoFollow(path).toString("utf8") !== text)
    writeFileAtomic(path, text, { mode: 0o644 });
  // nix sees only what git tracks.
  await git({ cwd: dir, args: ["add", "--", FILE] });
  const { code } = await tryGit({ cwd: dir, args: ["diff", "--cached", "--quiet"] });
  if (code === 0) return false;
  const names = flake.agents.map(({ name }) => name).join(" ");
  await git({ cwd: dir, args: ["commit", "--quiet", "-m", `agents: ${names === "" ? "none" : names}`] });
  return true;
}
