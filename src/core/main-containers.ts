/** Builds the backend of NixOS containers from the settings, with the meta flake its systems are built from. */
import { join } from "node:path";
import type { BuildHow, Systems } from "./config/container-target.ts";
import type { MetaAgent } from "./config/meta-flake.ts";
import { writeMetaFlake } from "./config/meta-flake-dir.ts";
import { prebuildToplevel, setProfile } from "./config/prebuild.ts";
import type { Backend } from "./lifecycle/backend.ts";
import { profilePath } from "./lifecycle/backends/nixos-container/container-files.ts";
import { containerOf } from "./lifecycle/backends/nixos-container/inside.ts";
import { nixosContainerBackend } from "./lifecycle/backends/nixos-container/nixos-container.ts";
import { isDirectory } from "./lifecycle/place.ts";
import type { HiveOptions } from "./main-given.ts";

const BUILD_MS = 60 * 60_000;
const META = "meta";

export interface ContainersOptions extends HiveOptions {
  /** Agents there are now, with what is applied of each. */
  readonly agents: () => readonly MetaAgent[];
}

export interface Containers {
  readonly backend: Backend;
  readonly systems: Systems;
  /** At the start: a build that was cut off may have left a commit in the flake that nobody deployed. */
  settle(): Promise<void>;
}

export function createContainers(options: ContainersOptions): Containers {
  const { settings, clock, env, log } = options;
  const { containers } = settings;
  const { inTurn, write, build, set } = flakeOf(options);
  const buildIn = async (agent: MetaAgent, how: Partial<BuildHow>): Promise<string> => {
    await write([...others(options, agent.name), agent]);
    try {
      return await build(agent.name, how);
    } catch (error) {
      // The flake is to say what runs, or may run.
      await write(options.agents());
      throw error;
    }
  };
  const backend = nixosContainerBackend({
    programs: containers.programs,
    dirs: containers,
    binds_ro: containers.binds_ro,
    path: env["PATH"] ?? "",
    clock,
    buildSystem: (name, profile, report) =>
      inTurn(async () => {
        const known = options.agents().find((agent) => agent.name === name) ?? { name };
        await set(profile, await buildIn(known, { report }), { report });
      }),
    forgetSystem: (name) =>
      inTurn(async () => {
        await write(others(options, name));
      }),
  });
  const systems: Systems = {
    build: ({ agent, sha, repository }, how) =>
      inTurn(() => buildIn({ name: agent, applied: { repository, sha } }, how)),
    setCurrent: (agent, built, how) =>
      inTurn(() => set(profilePath(containers, containerOf(agent)), built, how)),
  };
  const settle = (): Promise<void> =>
    inTurn(async () => {
      if (!isDirectory(join(settings.state_dir, META))) return;
      // The next build writes it too, and says what is wrong: no reason for the whole hive to stay down.
      await write(options.agents()).catch((error: unknown) =>
        log.warn({ error }, "the meta flake could not be written anew"),
      );
    });
  return { backend, systems, settle };
}

function others({ agents }: ContainersOptions, name: string): readonly MetaAgent[] {
  return agents().filter((agent) => agent.name !== name);
}

/** The flake and nix. One after the other: all agents share the flake. */
function flakeOf({ settings, clock, env }: ContainersOptions) {
  const { containers, state_dir } = settings;
  const meta = join(state_dir, META);
  let last: Promise<unknown> = Promise.resolve();
  const nix = {
    nix: containers.programs.nix,
    path: env["PATH"] ?? "",
    home: env["HOME"] ?? "/root",
    git: env["HYPERHIVE_GIT"],
    timeoutMs: BUILD_MS,
    clock,
    report: () => {},
  };
  return {
    inTurn: <T>(work: () => Promise<T>): Promise<T> => {
      const done = last.then(work);
      last = done.catch(() => {});
      return done;
    },
    write: (agents: readonly MetaAgent[]) => writeMetaFlake(meta, { hyperhive: containers.flake, agents }),
    build: (agent: string, how: Partial<BuildHow>) =>
      prebuildToplevel(`${meta}#${agent}`, { ...nix, ...how }),
    set: (profile: string, built: string, how: Partial<BuildHow>) =>
      setProfile(profile, built, { ...nix, ...how }),
  };
}
