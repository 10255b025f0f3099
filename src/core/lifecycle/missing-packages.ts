/** What is said where a backend installs nothing, so that a package that is named is not silently absent. */
import type { AgentConfig } from "../../wire/agent-config.ts";

export function missingPackages({ packages }: Pick<AgentConfig, "packages">): string | undefined {
  if (packages.length === 0) return undefined;
  return `its backend installs no packages: ${packages.join(", ")} must be on this machine already`;
}
