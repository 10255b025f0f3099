/** Builds the backend of NixOS containers from the settings, with the meta flake its systems are built from. */
import { join } from "node:path";
import { writeMetaFlake } from "./config/meta-flake-dir.ts";
import { prebuildToplevel, setProfile } from "./config/prebuild.ts";
import type { Backend } from "./lifecycle/backend.ts";
import {
  type NixosContainerOptions,
  nixosContainerBackend,
} from "./lifecycle/backends/nixos-container/nixos-container.ts";
import type { HiveOptions } from "./main-given.ts";

const BUILD_MS = 60 * 60_000;

export interface ContainerBackendOptions extends HiveOptions {
  /** Agents there are now. */
  readonly names: () => readonly string[];
}

export function containerBackend(options: ContainerBackendOptions): Backend {
  const { settings, clock, env } = options;
  const { containers } = settings;
  const path = env["PATH"] ?? "";
  return nixosContainerBackend({
    programs: containers.programs,
    dirs: containers,
    binds_ro: containers.binds_ro,
    path,
    clock,
    ...systems(options),
  });
}

/** One after the other: they share the flake. */
function systems(
  options: ContainerBackendOptions,
): Pick<NixosContainerOptions, "buildSystem" | "forgetSystem"> {
  const { settings, clock, env, names } = options;
  const { containers, state_dir } = settings;
  const meta = join(state_dir, "meta");
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  const write = (agents: readonly string[]): Promise<boolean> =>
    writeMetaFlake(meta, { hyperhive: containers.flake, agents: agents.map((name) => ({ name })) });
  const nix = {
    nix: containers.programs.nix,
    path: env["PATH"] ?? "",
    home: env["HOME"] ?? "/root",
    git: env["HYPERHIVE_GIT"],
    timeoutMs: BUILD_MS,
    clock,
  };
  return {
    buildSystem: (agent, profile, report) =>
      inTurn(async () => {
        await write([...new Set([...names(), agent])]);
        const built = await prebuildToplevel(`${meta}#${agent}`, { ...nix, report });
        await setProfile(profile, built, { ...nix, report });
      }),
    forgetSystem: (agent) =>
      inTurn(async () => {
        await write(names().filter((name) => name !== agent));
      }),
  };
}
