/**
 * Agents as NixOS containers: `prepare` builds the system that the commit asks for and touches nothing; `activate`
 * moves the container's profile to it and restarts the container, after the turn that runs. Always: that the profile
 * is there already does not say that the container runs it, since a crash may have come between the two.
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
  /** Tries it: nothing is changed by that. */
  build(deployment: Pick<Deployment, "agent" | "sha" | "repository">, how: BuildHow): Promise<void>;
  /** Builds it, writes it into the flake, and moves the profile of the agent's container to it. */
  switchTo(deployment: Pick<Deployment, "agent" | "sha" | "repository">, how: BuildHow): Promise<void>;
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
      // After a crash nobody remembers what was built. nix does not build twice.
      await systems.switchTo(deployment, howOf(progress));
      progress.step("restarting its container", 0.7);
      await lifecycle.reload(agent, { renewed: true });
      settingsChanged(agent);
    },
  };
}

function howOf({ log, signal }: Progress): BuildHow {
  return { report: log, signal };
}
