/** A command beside an agent: as it would run it, whether it runs or not. Supervision is supervisor.ts. */
import { ensureDir } from "../../platform/atomic-file.ts";
import type { RunResult } from "../../platform/run.ts";
import type { Env } from "../../platform/spawn.ts";
import type { AgentRegistry } from "../agents/agents.ts";
import { writeAgentJson } from "./agent-json.ts";
import { type Backend, type ConfigDirs, cageConfigDirs, type ExecOptions } from "./backend.ts";
import { findBackend } from "./choose-backend.ts";
import { type AgentPlace, agentPlace, makePlace, type Roots } from "./place.ts";

export interface ExecParts {
  readonly agents: Pick<AgentRegistry, "get" | "record">;
  readonly backends: readonly Backend[];
  readonly harness: string;
  readonly harnessEnv: Env;
  readonly newOwner: () => string;
  readonly roots: Roots;
}

/** Its directories, with the configuration it is to run with. */
export function preparePlace(
  { agents, roots }: Pick<ExecParts, "agents" | "roots">,
  name: string,
): AgentPlace {
  const place = agentPlace(roots, name);
  const { config } = agents.get(name);
  makePlace(place);
  if (config.role === "manager") ensureDir(place.others);
  writeAgentJson(place, config);
  return place;
}

interface Exec {
  readonly argv: readonly string[];
  readonly how: ExecOptions;
}

export async function execAs(options: ExecParts, name: string, { argv, how }: Exec): Promise<RunResult> {
  const { agents, backends, harness, harnessEnv: env } = options;
  const { limits } = agents.get(name).config;
  const backend = findBackend(agents.record(name).backend, backends);
  const place = preparePlace(options, name);
  await backend.create(place);
  const spec = { place, owner: options.newOwner(), harness, claude: undefined, env, limits };
  return backend.exec(spec, argv, how);
}

export function configDirsOf(
  { agents, backends, roots }: Pick<ExecParts, "agents" | "backends" | "roots">,
  name: string,
): ConfigDirs {
  const backend = findBackend(agents.record(name).backend, backends);
  return backend.configDirs?.(agentPlace(roots, name)) ?? cageConfigDirs(name);
}
