/**
 * A repository for an agent's configuration: its first commit is what runs already, so nothing changes. For one that
 * has a repository, another work tree, or a broken one mended.
 */
import { HiveError } from "../../wire/errors.ts";
import { workTree } from "./caged-git.ts";
import { appliedOf, type ConfigOptions, tagDeployed } from "./context.ts";
import type { Approved } from "./deploy.ts";
import type { InitPayload } from "./payload.ts";
import { seedWorkTree } from "./seed.ts";
import type { Progress } from "./target.ts";
import { templateFiles } from "./template.ts";

export interface InitInput extends Approved<InitPayload> {
  /** Who asked, and works on it. */
  readonly writer: string;
}

export async function initConfig(
  options: ConfigOptions,
  { id, payload: { agent }, writer }: InitInput,
  progress: Progress,
): Promise<void> {
  const { agents, clock } = options;
  const applied = appliedOf(options, agent);
  const at = clock.now();
  progress.step("making the repository", 0.2);
  await applied.create();
  const { deployed_sha, config: stored } = agents.record(agent);
  const { config } = agents.get(agent);
  const first = `configuration of agent "${agent}" as it runs`;
  const sha = deployed_sha ?? (await applied.commit(templateFiles(agent, config), first, at));
  if (deployed_sha === null)
    for (const kind of ["proposal", "approved", "building"] as const)
      await applied.tag({ kind, id, sha, at });
  progress.step("filling the work tree", 0.5);
  const pack = await applied.pack(sha);
  const writers = agents.has(writer) ? new Set([agent, writer]) : new Set([agent]);
  for (const one of writers) {
    const tree = workTree(options.cages, one, agent);
    const fresh = await seedWorkTree(options.cages, tree, { sha, pack });
    if (!fresh) progress.step(`"${tree.path}" of agent "${one}" holds work already: it was kept`);
  }
  progress.signal.throwIfAborted();
  if (deployed_sha === null) await adopt(options, { agent, sha, id, stored });
  // A later one of an agent that has one deployed nothing: its tags end here.
  if (deployed_sha === null) await tagDeployed(options, applied, agent);
}

interface Adoption {
  readonly agent: string;
  readonly sha: string;
  readonly id: bigint;
  readonly stored: string;
}

async function adopt({ agents, writer }: ConfigOptions, { agent, sha, id, stored }: Adoption): Promise<void> {
  await writer.write((tx) => {
    const { config, deployed_sha } = agents.record(agent);
    if (deployed_sha !== null || config !== stored)
      throw new HiveError("conflict", `the configuration of agent "${agent}" changed meanwhile`);
    agents.change(tx, agent, { deployed_sha: sha, deployed_id: String(id) });
  });
}

/** After a crash: undefined when it was done, else why not. Everything in it may be done again. */
export async function recoverInit(
  options: ConfigOptions,
  { id, payload: { agent } }: Approved<InitPayload>,
): Promise<string | undefined> {
  const reason = "the hive stopped while the repository was made; ask again";
  const { agents, clock } = options;
  if (!agents.has(agent)) return `agent "${agent}" is gone`;
  const applied = appliedOf(options, agent);
  if (!applied.exists()) return reason;
  if (agents.record(agent).deployed_id === String(id)) await tagDeployed(options, applied, agent);
  if ((await applied.resolve(`deployed/${id}`)) !== undefined) return undefined;
  const proposed = await applied.resolve(`proposal/${id}`);
  if (proposed !== undefined)
    await applied.tag({ kind: "failed", id, sha: proposed, at: clock.now(), text: reason });
  return reason;
}
