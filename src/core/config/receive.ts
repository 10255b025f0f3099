/**
 * A pack that an agent's side made, on its way into our repository. It is looked at in a repository of its own first:
 * what is refused leaves nothing behind, and git checks every object before anything reads it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../../platform/atomic-file.ts";
import { GitError, git } from "../../platform/git.ts";
import type { Env } from "../../platform/spawn.ts";
import type { AgentConfig } from "../../wire/agent-config.ts";
import { HiveError } from "../../wire/errors.ts";
import { parseAgentJson } from "./agent-json.ts";
import { type Applied, appliedRepo, QUARANTINE } from "./applied.ts";
import { LIMITS } from "./limits.ts";
import { pinRef } from "./meta-flake.ts";
import { checkTree } from "./tree.ts";

export interface Parcel {
  readonly sha: string;
  readonly pack: Uint8Array;
}

const BOUNDED: Env = { GIT_ALLOC_LIMIT: LIMITS.gitAllocation };

/** Takes the commit in once everything about it was checked, also by `judge`; gives what that found. */
export async function receive<T>(
  applied: Applied,
  parcel: Parcel,
  judge: (repo: Applied, config: AgentConfig) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(applied.path, "..", QUARANTINE));
  try {
    const quarantine = appliedRepo(directory);
    await quarantine.create();
    writeFileAtomic(join(directory, "objects/info/alternates"), `${join(applied.path, "objects")}\n`);
    await unpack(quarantine, parcel);
    const found = await judge(quarantine, await examine(quarantine, parcel.sha));
    await unpack(applied, parcel);
    await keep(applied, parcel.sha);
    return found;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Throws unless all objects are well-formed, linked to each other and complete. */
async function unpack({ path }: Applied, { pack, sha }: Parcel): Promise<void> {
  const args = ["index-pack", "--stdin", "--strict", `--max-input-size=${LIMITS.packBytes}`];
  try {
    await git({
      cwd: path,
      args: ["-c", "core.bigFileThreshold=1m", `--git-dir=${path}`, ...args],
      input: pack,
      env: BOUNDED,
      timeoutMs: LIMITS.transferMs,
    });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const why = error.stderr
      .trim()
      .split("\n")
      .find((line) => line.startsWith("fatal: ") || line.startsWith("error: "));
    throw new HiveError("invalid", `commit "${sha}" is damaged or not complete: ${why ?? error.message}`, {
      cause: error,
    });
  }
}

/** A commit as it should be: its type, its files, its agent.json. */
export async function examine(repo: Applied, sha: string): Promise<AgentConfig> {
  const args = [`--git-dir=${repo.path}`, "cat-file", "-t", sha];
  const { stdout } = await git({ cwd: repo.path, args });
  if (stdout.trim() !== "commit")
    throw new HiveError("invalid", `"${sha}" is a ${stdout.trim()}, not a commit`);
  checkTree(await repo.files(sha));
  return parseAgentJson(await repo.text(sha, "agent.json"));
}

/** So that no object is ever taken for rubbish. */
async function keep({ path }: Applied, sha: string): Promise<void> {
  await git({ cwd: path, args: [`--git-dir=${path}`, "update-ref", pinRef(sha), sha] });
}
