/** What all parts of the configuration flow work with. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../platform/log.ts";
import { HiveError } from "../../wire/errors.ts";
import type { AgentRegistry } from "../agents/agents.ts";
import type { Writer } from "../db/tx.ts";
import { agentPlace, type Roots } from "../lifecycle/place.ts";
import type { Audit, Timeline } from "../services.ts";
import { type Applied, QUARANTINE } from "./applied.ts";
import type { Cages } from "./caged-git.ts";
import type { DeployTarget } from "./target.ts";

export interface ConfigOptions {
  readonly agents: Pick<AgentRegistry, "has" | "get" | "record" | "change" | "names">;
  readonly writer: Writer;
  readonly timeline: Pick<Timeline, "append">;
  readonly audit: Audit;
  readonly cages: Cages;
  readonly roots: Roots;
  /** Opens c0re's own repository of an agent's configuration. */
  readonly openRepo: (path: string) => Applied;
  readonly clock: Clock;
  readonly log: Logger;
  /** By the agent's backend. */
  readonly target: (agent: string) => DeployTarget;
}

export function appliedOf({ roots, openRepo }: ConfigOptions, agent: string): Applied {
  return openRepo(agentPlace(roots, agent).applied);
}

/** The last step of a deploy: everything that counts is stored already, so this fails nothing. */
export async function tagDeployed(
  { clock, log, agents }: ConfigOptions,
  applied: Applied,
  agent: string,
): Promise<void> {
  const { deployed_id, deployed_sha: sha } = agents.record(agent);
  if (deployed_id === null || sha === null) return;
  try {
    await applied.tag({ kind: "deployed", id: BigInt(deployed_id), sha, at: clock.now() });
  } catch (error) {
    log.warn({ error, agent }, "a deployment was not tagged; the next start does it");
  }
}

/** Of an agent that has a repository: what runs. */
export function deployedSha({ agents }: ConfigOptions, agent: string): string {
  const sha = agents.record(agent).deployed_sha;
  if (sha !== null) return sha;
  throw new HiveError("conflict", `agent "${agent}" has no configuration repository yet`, {
    hint: "request_init_config makes one",
  });
}

/** Removes what a crash left of transfers, and adds a tag that is missing. */
export async function sweep(options: ConfigOptions): Promise<void> {
  const { agents, roots, log } = options;
  for (const name of agents.names()) {
    const directory = agentPlace(roots, name).config;
    try {
      for (const entry of readdirSync(directory))
        if (entry.startsWith(QUARANTINE)) rmSync(join(directory, entry), { recursive: true, force: true });
      const applied = appliedOf(options, name);
      if (applied.exists()) await tagDeployed(options, applied, name);
    } catch (error) {
      log.warn({ error, agent: name }, "what was left of a transfer could not be removed");
    }
  }
}
