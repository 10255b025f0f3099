import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { oomKills } from "./oom-kills.ts";

const UNIT = "/machine.slice/container@h-alice.service";

test("counts what the kernel ended in the container's unit and below", () => {
  const root = mkdtempSync(join(tmpdir(), "hive-oom-"));
  try {
    const events = join(root, "sys/fs/cgroup", UNIT);
    for (const path of [join(root, "proc/7"), join(root, "proc/8"), events])
      mkdirSync(path, { recursive: true });
    writeFileSync(join(root, "proc/7/cgroup"), `1:name=systemd:/x\n0::${UNIT}/supervisor\n`);
    writeFileSync(join(root, "proc/8/cgroup"), "0::/user.slice\n");
    expect(oomKills(7, root)).toBeUndefined();
    writeFileSync(
      join(events, "memory.events"),
      "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n",
    );
    expect(oomKills(7, root)).toBe(2);
    expect(oomKills(8, root)).toBeUndefined();
    expect(oomKills(9, root)).toBeUndefined();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
