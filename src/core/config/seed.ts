/** Gives an agent a work tree of its configuration, from within its cage. Repeatable; never takes work away. */
import { HiveError } from "../../wire/errors.ts";
import { type Cages, cagedArgv, cagedGit, type WorkTree } from "./caged-git.ts";
import type { Parcel } from "./receive.ts";

/** False when there was work in it already: then only the commit was added, as `refs/hive/deployed`. */
export async function seedWorkTree(cages: Cages, tree: WorkTree, { sha, pack }: Parcel): Promise<boolean> {
  const must = async (args: readonly string[], input?: Uint8Array): Promise<void> => {
    const { code, stderr } = await cagedGit(cages, tree, { args, ...(input === undefined ? {} : { input }) });
    if (code === 0) return;
    throw new HiveError(
      "unavailable",
      `the work tree "${tree.path}" could not be made: ${stderr.trim().slice(-300)}`,
    );
  };
  await init(cages, tree);
  await must(["unpack-objects", "-q"], pack);
  await must(["update-ref", "refs/hive/deployed", sha]);
  const { code } = await cagedGit(cages, tree, { args: ["rev-parse", "--verify", "--quiet", "HEAD"] });
  if (code === 0) return false;
  // Who commits there; claude would be asked otherwise.
  await must(["config", "user.name", tree.writer]);
  await must(["config", "user.email", `${tree.writer}@h-${tree.writer}`]);
  await must(["reset", "--quiet", "--hard", sha]);
  return true;
}

async function init(cages: Cages, tree: WorkTree): Promise<void> {
  // `git init` wants no --git-dir: it makes the directory.
  const argv = cagedArgv(tree, []).filter((word) => !/^--(git-dir|work-tree)=/.test(word));
  const words = [...argv, "init", "--quiet", "--template=", "--initial-branch=main", tree.path];
  const { code, stderr } = await cages.exec(tree.writer, words, { timeoutMs: 30_000 });
  if (code !== 0)
    throw new HiveError(
      "unavailable",
      `the work tree "${tree.path}" could not be made: ${stderr.trim().slice(-300)}`,
    );
}
