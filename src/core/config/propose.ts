/** From a commit that somebody names to what the operator is shown: fetched, checked, compared and pinned. */
import { HiveError } from "../../wire/errors.ts";
import type { Actor } from "../services.ts";
import type { Applied } from "./applied.ts";
import { workTree } from "./caged-git.ts";
import { appliedOf, type ConfigOptions, deployedSha } from "./context.ts";
import { fetchCommit } from "./fetch-commit.ts";
import { LIMITS } from "./limits.ts";
import type { CommitPayload } from "./payload.ts";
import { examine, receive } from "./receive.ts";

interface CommitRequest {
  readonly agent: string;
  readonly commit: string;
}

export async function proposeCommit(
  options: ConfigOptions,
  actor: Extract<Actor, { kind: "agent" }>,
  { agent, commit }: CommitRequest,
): Promise<CommitPayload> {
  const base = deployedSha(options, agent);
  const applied = appliedOf(options, agent);
  const tree = workTree(options.cages, actor.name, agent);
  const parcel = await fetchCommit(options.cages, tree, commit);
  return receive(applied, parcel, async (repo, config) => {
    mustKeepRole(options, agent, config.role);
    return describe(repo, agent, { base, sha: parcel.sha });
  });
}

/** An older deployment, as a change from what runs now. */
export async function proposeRollback(
  options: ConfigOptions,
  { name, to }: { readonly name: string; readonly to: bigint },
): Promise<CommitPayload> {
  const base = deployedSha(options, name);
  const applied = appliedOf(options, name);
  const sha = await applied.resolve(`deployed/${to}`);
  if (sha === undefined)
    throw new HiveError("not_found", `agent "${name}" has no deployment "${to}"`, {
      hint: `hivectl config log ${name}`,
    });
  const config = await examine(applied, sha);
  mustKeepRole(options, name, config.role);
  return { ...(await describe(applied, name, { base, sha })), rollback_of: String(to) };
}

export function mustKeepRole({ agents }: ConfigOptions, agent: string, role: string): void {
  if (agents.get(agent).config.role === role) return;
  throw new HiveError("forbidden", `"agent.json" cannot change the role of agent "${agent}"`, {
    hint: "the role is chosen when an agent is spawned",
  });
}

async function describe(
  applied: Applied,
  agent: string,
  { base, sha }: { readonly base: string; readonly sha: string },
): Promise<CommitPayload> {
  const { diff, stat } = await applied.change(base, sha);
  if (diff === "")
    throw new HiveError(
      "conflict",
      `commit "${sha}" changes nothing: agent "${agent}" runs with these files`,
    );
  const diff_bytes = Buffer.byteLength(diff);
  return {
    agent,
    sha,
    base_sha: base,
    subject: await applied.subject(sha),
    stat,
    ...(diff_bytes <= LIMITS.inlineDiffBytes ? { diff } : {}),
    diff_bytes,
  };
}
