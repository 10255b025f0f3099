/** How often the kernel ended a process of a container for want of memory, as counted in its unit's cgroup. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Since the unit's start; undefined where the kernel counts no memory by cgroup. `root` is for tests. */
export function oomKills(pid: number, root = "/"): number | undefined {
  try {
    const unit = unitCgroup(readFileSync(join(root, "proc", String(pid), "cgroup"), "utf8"));
    if (unit === undefined) return undefined;
    // Everything beneath the unit is counted in, also what the container's own systemd delegates (cgroup-v2.rst).
    const events = readFileSync(join(root, "sys/fs/cgroup", unit, "memory.events"), "utf8");
    const count = /^oom_kill (\d+)$/m.exec(events)?.[1];
    return count === undefined ? undefined : Number(count);
  } catch {
    // It ended just now, or its memory is not counted.
    return undefined;
  }
}

/** systemd-nspawn itself lies in `…/container@h-alice.service/supervisor`. */
function unitCgroup(text: string): string | undefined {
  return /^0::(\/.*?\/?container@[^/]+\.service)(?:\/|$)/m.exec(text)?.[1];
}
