import { describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeDropIn, renderDropIn, writeDropIn } from "./drop-in.ts";

describe("drop-in", () => {
  test("without limits says only who starts it again", () => {
    expect(renderDropIn({})).toBe(
      "# Written by hive-c0re before each start: changes are lost.\n[Service]\nRestart=no\nRestartForceExitStatus=\nTimeoutStartSec=5min\n",
    );
  });

  test("names each limit as systemd does", () => {
    const text = renderDropIn({ memory_max_bytes: 536_870_912, cpu_quota_percent: 150, tasks_max: 200 });
    expect(text).toContain("MemoryMax=536870912\nCPUQuota=150%\nTasksMax=200\n");
  });

  test("never cuts the agent's pages off", () => {
    const text = renderDropIn({ ip_address_deny: ["any"], ip_address_allow: ["192.0.2.0/24"] });
    expect(text).toContain("IPAddressDeny=any\nIPAddressAllow=localhost\nIPAddressAllow=192.0.2.0/24\n");
  });

  test("is written once for the same limits, and removed with its directory", () => {
    const dir = mkdtempSync(join(tmpdir(), "hive-dropin-"));
    try {
      expect(writeDropIn(dir, "h-alice", {})).toBe(true);
      expect(writeDropIn(dir, "h-alice", {})).toBe(false);
      expect(writeDropIn(dir, "h-alice", { tasks_max: 5 })).toBe(true);
      expect(existsSync(join(dir, "container@h-alice.service.d/50-hyperhive.conf"))).toBe(true);
      removeDropIn(dir, "h-alice");
      expect(existsSync(join(dir, "container@h-alice.service.d"))).toBe(false);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
