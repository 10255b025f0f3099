/** `agent.json`: the configuration an agent runs with, where it can read and not write it. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { ensureDir, writeFileAtomic } from "../../platform/atomic-file.ts";
import type { AgentConfig } from "../../wire/agent-config.ts";
import type { AgentPlace } from "./place.ts";

export function writeAgentJson({ deployed }: AgentPlace, config: AgentConfig): void {
  ensureDir(deployed);
  writeFileAtomic(join(deployed, "agent.json"), agentJsonText(config), { mode: 0o644 });
}

export function removeAgentJson({ deployed }: AgentPlace): void {
  rmSync(join(deployed, "agent.json"), { force: true });
}

/** As a person would write it. */
export function agentJsonText(config: AgentConfig): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}
