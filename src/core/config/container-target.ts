/**
 * Agents as NixOS containers: `prepare` builds the system that the commit asks for and touches nothing; `activate`
 * moves the container's profile to it and restarts the container, after the turn that runs. An agent whose system
 * stays the same is only told, as on the embedded backends.
 */
import type { Lifecycle } from "../services.ts";
import type { Deployment, DeployTarget, Progress } from "./target.ts";

export interface BuildHow {
  /** Each line of the build, as it comes. */
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The systems of all agents, built one after the other from the meta flake. */
export interface Systems {
  /** The store path of the agent's system with this configuration. A failed build leaves the flake as it was. */
  build(deployment: Pick<Deployment, "agent" | "sha" | "repository">, how: BuildHow): Promise<string>;
  /** Moves the profile of the agent's container. False: it is there already. */
  setCurrent(agent: string, built: string, how: BuildHow): Promise<boolean>;
}

export interface ContainerTargetOptions {
  readonly systems: Systems;
  readonly lifecycle: Pick<Lifecycle, "reload">;
  /** Tells the harness and wakes the broker. */
  readonly settingsChanged: (name: string) => void;
}

export function containerTarget({
  systems,
  lifecycle,
  settingsChanged,
}: ContainerTargetOptions): DeployTarget {
  return {
    prepare: async (deployment, progress) => {
      progress.step("building its system", 0.2);
      await systems.build(deployment, howOf(progress));
    },
    activate: async (deployment, progress) => {
      const { agent } = deployment;
      const how = howOf(progress);
      // Again: after a crash nobody remembers what was built. nix does not build twice.
      const built = await systems.build(deployment, how);
      const renewed = await systems.setCurrent(agent, built, how);
      progress.step(
        renewed ? "restarting its container: its system is another one" : "telling its harness",
        0.7,
      );
      await lifecycle.reload(agent, { renewed });
      settingsChanged(agent);
    },
  };
}

function howOf({ log, signal }: Progress): BuildHow {
  return { report: log, signal };
}
