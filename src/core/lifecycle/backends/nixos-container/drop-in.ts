/**
 * The drop-in of one container's unit: its limits, and that the hive alone starts it again, with its counted waits
 * and its reasons. Beneath /run: a reboot forgets it, each start writes it.
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureDir, writeFileAtomic } from "../../../../platform/atomic-file.ts";
import type { AgentConfig } from "../../../../wire/agent-config.ts";
import { unitName } from "./units.ts";

const FILE = "50-hyperhive.conf";

export type Limits = AgentConfig["limits"];

export function renderDropIn(limits: Limits): string {
  const { memory_max_bytes, cpu_quota_percent, tasks_max, ip_address_allow, ip_address_deny } = limits;
  const lines = [
    "# Written by hive-c0re before each start: changes are lost.",
    "[Service]",
    "Restart=no",
    // Empties the list: a reboot from inside is an end like any other.
    "RestartForceExitStatus=",
    // A container's first boot may take longer than the one minute of the template.
    "TimeoutStartSec=5min",
    ...(memory_max_bytes === undefined ? [] : [`MemoryMax=${memory_max_bytes}`]),
    ...(cpu_quota_percent === undefined ? [] : [`CPUQuota=${cpu_quota_percent}%`]),
    ...(tasks_max === undefined ? [] : [`TasksMax=${tasks_max}`]),
    ...(ip_address_deny ?? []).map((range) => `IPAddressDeny=${range}`),
    // The agent's own pages are asked for over loopback.
    ...(ip_address_deny === undefined ? [] : ["IPAddressAllow=localhost"]),
    ...(ip_address_allow ?? []).map((range) => `IPAddressAllow=${range}`),
  ];
  return `${lines.join("\n")}\n`;
}

function dropInDir(unitDir: string, container: string): string {
  return join(unitDir, `${unitName(container)}.d`);
}

/** True when it changed: then systemd must read it. */
export function writeDropIn(unitDir: string, container: string, limits: Limits): boolean {
  const directory = dropInDir(unitDir, container);
  const path = join(directory, FILE);
  const text = renderDropIn(limits);
  if (readIfThere(path) === text) return false;
  ensureDir(directory, 0o755);
  writeFileAtomic(path, text, { mode: 0o644 });
  return true;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Whatever it is, it is written anew.
    return undefined;
  }
}

export function removeDropIn(unitDir: string, container: string): void {
  rmSync(dropInDir(unitDir, container), { recursive: true, force: true });
}
