/** Builds the backend of NixOS containers from the settings, with the meta flake its systems are built from. */
import type { MetaAgent } from "./config/meta-flake.ts";
import { type MetaSystems, metaSystems } from "./config/meta-systems.ts";
import type { Backend } from "./lifecycle/backend.ts";
import { profilePath } from "./lifecycle/backends/nixos-container/container-files.ts";
import { containerOf } from "./lifecycle/backends/nixos-container/inside.ts";
import { nixosContainerBackend } from "./lifecycle/backends/nixos-container/nixos-container.ts";
import type { HiveOptions } from "./main-given.ts";

const BUILD_MS = 60 * 60_000;

export interface ContainersOptions extends HiveOptions {
  /** Agents in containers there are now, with what is applied of each. */
  readonly agents: () => readonly MetaAgent[];
}

export interface Containers {
  readonly backend: Backend;
  readonly systems: MetaSystems;
}

export function createContainers({ settings, clock, env, log, agents }: ContainersOptions): Containers {
  const { containers, state_dir } = settings;
  const path = env["PATH"] ?? "";
  const systems = metaSystems({
    stateDir: state_dir,
    hyperhive: containers.flake,
    agents,
    nix: {
      nix: containers.programs.nix,
      path,
      home: env["HOME"] ?? "/root",
      git: env["HYPERHIVE_GIT"],
      clock,
      timeoutMs: BUILD_MS,
    },
    profile: (agent) => profilePath(containers, containerOf(agent)),
    log,
  });
  const backend = nixosContainerBackend({
    programs: containers.programs,
    dirs: containers,
    binds_ro: containers.binds_ro,
    path,
    clock,
    buildSystem: (agent, _profile, report) => systems.buildFirst(agent, { report }),
    forgetSystem: systems.forget,
  });
  return { backend, systems };
}
