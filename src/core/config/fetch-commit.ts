/** Exactly one commit of a work tree that an agent can write, named once and pinned from then on. */
import { HiveError } from "../../wire/errors.ts";
import { type Cages, cagedGit, type WorkTree } from "./caged-git.ts";
import { LIMITS } from "./limits.ts";
import type { Parcel } from "./receive.ts";

export const COMMIT = /^[0-9a-f]{7,40}$/;

export async function fetchCommit(cages: Cages, tree: WorkTree, name: string): Promise<Parcel> {
  if (!COMMIT.test(name))
    throw new HiveError("invalid", `"${name}" is not a commit: give 7 to 40 of its hexadecimal digits`, {
      hint: "git rev-parse HEAD",
    });
  const sha = await pin(cages, tree, name);
  await mustBeOnBranch(cages, tree, sha);
  const packed = await cagedGit(cages, tree, {
    args: ["pack-objects", "--revs", "--stdout", "--quiet"],
    input: `${sha}\n`,
    maxOutput: LIMITS.packBytes,
    timeoutMs: LIMITS.transferMs,
  });
  if (packed.truncated)
    throw new HiveError(
      "too_large",
      `commit "${sha}" with its history is larger than "${LIMITS.packBytes}" bytes`,
    );
  if (packed.code !== 0) throw new HiveError("invalid", `commit "${sha}" is damaged or not complete`);
  return { sha, pack: packed.stdoutBytes };
}

async function pin(cages: Cages, tree: WorkTree, name: string): Promise<string> {
  const { code, stdout, stderr } = await cagedGit(cages, tree, {
    args: ["cat-file", "--batch-check"],
    input: `${name}\n`,
  });
  if (code !== 0) throw notARepository(tree, stderr);
  const [sha = "", type = ""] = stdout.trim().split(" ");
  if (type === "ambiguous")
    throw new HiveError("invalid", `"${name}" begins more than one commit`, {
      hint: `git rev-parse ${name}`,
    });
  if (type === "" || type === "missing")
    throw new HiveError("not_found", `commit "${name}" is not in the repository at "${tree.path}"`, {
      hint: "commit there first, and give what git rev-parse HEAD says",
    });
  // Also when a branch has the name of another commit.
  if (type !== "commit" || !/^[0-9a-f]{40}$/.test(sha) || !sha.startsWith(name))
    throw new HiveError("invalid", `"${name}" is a ${type}, not a commit`, {
      hint: `git rev-parse ${name}^{commit}`,
    });
  return sha;
}

function notARepository(tree: WorkTree, stderr: string): HiveError {
  if (!/not a git repository/i.test(stderr))
    return new HiveError("unavailable", `git did not work at "${tree.path}": ${stderr.trim().slice(-300)}`);
  return new HiveError("not_found", `there is no repository at "${tree.path}"`, {
    hint: "request_init_config makes one",
  });
}

/** What was force-pushed away or reset is not what anybody means. */
async function mustBeOnBranch(cages: Cages, tree: WorkTree, sha: string): Promise<void> {
  const args = ["for-each-ref", "--count=1", "--format=%(refname)", `--contains=${sha}`, "refs/heads/"];
  const { stdout } = await cagedGit(cages, tree, { args });
  if (stdout.trim() !== "") return;
  throw new HiveError("conflict", `commit "${sha}" is on no branch of "${tree.path}" any more`, {
    hint: "git branch --contains",
  });
}
