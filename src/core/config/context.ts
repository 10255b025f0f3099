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
import { type Applied, appliedRepo } from "./applied.ts";
import type { Cages } from "./caged-git.ts";
import { QUARANTINE } from "./receive.ts";
import type { DeployTarget } from "./target.ts";

export interface ConfigOptions {
  readonly agents: Pick<AgentRegistry, "has" | "get" | "record" | "change" | "names">;
  readonly writer: Writer;
  readonly timeline: Pick<Timeline, "append">;
  readonly audit: Audit;
  readonly cages: Cages;
  readonly roots: Roots;
  readonly clock: Clock;
  readonly log: Logger;
  /** By the agent's backend. */
  readonly target: (agent: string) => DeployTarget;
}

export function appliedOf({ roots }: ConfigOptions, agent: string): Applied {
  return appliedRepo(agentPlace(roots, agent).applied);
}

/** Of an agent that has a repository: what runs. */
export function deployedSha({ agents }: ConfigOptions, agent: string): string {
  const sha = agents.record(agent).deployed_sha;
  if (sha !== null) return sha;
  throw new HiveError("conflict", `agent "${agent}" has no configuration repository yet`, {
    hint: "request_init_config makes one",
  });
}

/** Removes what a crash left of transfers. */
export function sweep({ agents, roots, log }: ConfigOptions): void {
  for (const name of agents.names()) {
    const directory = agentPlace(roots, name).config;
    try {
      for (const entry of readdirSync(directory))
        if (entry.startsWith(QUARANTINE)) rmSync(join(directory, entry), { recursive: true, force: true });
    } catch (error) {
      log.warn({ error, agent: name }, "what was left of a transfer could not be removed");
    }
  }
}
