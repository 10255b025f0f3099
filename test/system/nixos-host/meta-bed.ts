// The state of a hive as far as the meta flake is concerned, below a directory of any name, with the real nix.
import { mkdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { appliedRepo } from "../../../src/core/config/applied.ts";
import type { BuildHow } from "../../../src/core/config/container-target.ts";
import type { MetaAgent } from "../../../src/core/config/meta-flake.ts";
import { type MetaSystems, metaSystems } from "../../../src/core/config/meta-systems.ts";
import { runNix } from "../../../src/core/config/nix.ts";
import type { Deployment } from "../../../src/core/config/target.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { git } from "../../../src/platform/git.ts";
import { createLogger } from "../../../src/platform/log.ts";
import { HYPERHIVE_FLAKE, type NixBed } from "./nix.ts";

type Files = Readonly<Record<string, string>>;
type Commit = Pick<Deployment, "agent" | "sha" | "repository">;

export interface MetaBed {
  readonly state: string;
  /** What is applied. */
  readonly agents: MetaAgent[];
  readonly systems: MetaSystems;
  /** What nix said, by `how`. */
  readonly said: string[];
  readonly how: BuildHow;
  /** Of these files, as a deploy would be asked for it. */
  commit(agent: string, files: Files): Promise<Commit>;
  /** Commits, switches to it, and applies it; gives the sha. */
  deploy(agent: string, files: Files): Promise<string>;
  /** What the profile of an agent leads to. */
  built(agent: string): string;
  flake(): string;
  lock(): { readonly nodes: Readonly<Record<string, { readonly locked?: { readonly rev?: string } }>> };
  /** Of the repository: empty when it is clean. */
  status(): Promise<string>;
  /** As a person would call it. */
  nix(...args: string[]): Promise<readonly string[]>;
}

export function metaBed(bed: NixBed, name: string): MetaBed {
  const state = join(bed.dir, name);
  mkdirSync(state, { recursive: true });
  const agents: MetaAgent[] = [];
  const said: string[] = [];
  const how = { report: (line: string) => void said.push(line), signal: new AbortController().signal };
  const clock = systemClock;
  const nix = { nix: bed.nix, path: process.env["PATH"] ?? "", home: "/root", clock, timeoutMs: 60_000 };
  const profile = (agent: string): string => join(state, agent, "profile");
  const log = createLogger({ name: "test", level: "error" });
  const hyperhive = `path:${HYPERHIVE_FLAKE}`;
  const systems = metaSystems({ stateDir: state, hyperhive, agents: () => agents, nix, profile, log });
  const meta = (path: string): string => readFileSync(join(state, "meta", path), "utf8");
  const commit = async (agent: string, files: Files): Promise<Commit> => {
    mkdirSync(join(state, agent), { recursive: true });
    const repository = appliedRepo(join(state, agent, "applied.git"));
    await repository.create();
    return {
      agent,
      sha: await repository.commit(files, "change", 1_700_000_000_000),
      repository: repository.path,
    };
  };
  return {
    ...{ state, agents, systems, said, how, commit },
    deploy: async (agent, files) => {
      const { sha, repository } = await commit(agent, files);
      await systems.switchTo({ agent, sha, repository }, how);
      const others = agents.filter((one) => one.name !== agent);
      agents.splice(0, Infinity, ...others, { name: agent, applied: { repository, sha } });
      return sha;
    },
    built: (agent) => readlinkSync(join(state, agent, readlinkSync(profile(agent)))),
    flake: () => meta("flake.nix"),
    lock: () => JSON.parse(meta("flake.lock")),
    status: async () => (await git({ cwd: join(state, "meta"), args: ["status", "--porcelain"] })).stdout,
    nix: (...args) => runNix({ ...nix, cache: join(state, "cache") }, { ...how, doing: "no", args }),
  };
}
