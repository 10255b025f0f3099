/** Backends without an own system per agent: the configuration is `agent.json`, and most of it needs no restart. */
import { missingPackages } from "../lifecycle/missing-packages.ts";
import type { Lifecycle } from "../services.ts";
import type { DeployTarget } from "./target.ts";

export interface EmbeddedTargetOptions {
  readonly lifecycle: Pick<Lifecycle, "needsRestart" | "reload">;
  /** Tells the harness and wakes the broker. */
  readonly settingsChanged: (name: string) => void;
}

export function embeddedTarget({ lifecycle, settingsChanged }: EmbeddedTargetOptions): DeployTarget {
  return {
    prepare: async ({ config }, { log }) => {
      const missing = missingPackages(config);
      if (missing !== undefined) log(missing);
    },
    activate: async ({ agent }, { step }) => {
      step(lifecycle.needsRestart(agent) ? "restarting it: limits changed" : "telling its harness", 0.7);
      await lifecycle.reload(agent);
      settingsChanged(agent);
    },
  };
}
