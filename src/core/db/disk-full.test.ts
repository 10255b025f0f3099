import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrokerBed } from "../../../test/support/broker-bed.ts";
import { OPERATOR, openBrokerAt } from "../../../test/support/broker-bed.ts";

interface SmallDisk {
  readonly dir: string;
  [Symbol.dispose](): void;
}

/** 6 MiB that are full when they are full; needs root. */
function smallDisk(): SmallDisk | undefined {
  const dir = mkdtempSync(join(tmpdir(), "hive-full-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", dir]).status === 0;
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  if (!mounted) {
    remove();
    return undefined;
  }
  return {
    dir,
    [Symbol.dispose]: () => {
      spawnSync("umount", ["-l", dir]);
      remove();
    },
  };
}

const body = "x".repeat(40_000);

async function fill(bed: BrokerBed): Promise<string[]> {
  const stored: string[] = [];
  for (let n = 0; n < 1_000; n++) {
    const sent = await bed.broker
      .send(OPERATOR, { to: "alice", body, priority: "normal" })
      .catch((error: unknown) => error);
    if (sent instanceof Error) {
      expect(sent).toMatchObject({ code: "storage", hint: "free some space, then try again" });
      return stored;
    }
    stored.push(...(sent as { ids: string[] }).ids);
  }
  throw new Error("the disk was never full");
}

async function goesOn(bed: BrokerBed, stored: readonly string[]): Promise<void> {
  await expect(bed.broker.send(OPERATOR, { to: "bob", body: "x", priority: "normal" })).rejects.toMatchObject(
    { code: "storage" },
  );
  // Turns end, although nothing new is accepted.
  const lease = await bed.broker.lease("alice", {
    boot_id: "boot-0001",
    max: 5,
    signal: new AbortController().signal,
  });
  await bed.broker.finish("alice", { lease_id: lease.id, outcome: "ok" });
  expect(bed.broker.get(stored[0] ?? "").state).toBe("handled");
  expect(bed.db.sqlite.prepare("pragma quick_check").values()).toEqual([["ok"]]);
}

describe("a full disk", () => {
  test("refuses new messages, loses none, and lets turns end [msg:no-loss]", async () => {
    using disk = smallDisk();
    if (disk === undefined) {
      // Without the right to mount, a limit of pages is the nearest real thing.
      await withPageLimit();
      return;
    }
    const ballast = 1024 * 1024;
    const junk = join(disk.dir, "junk");
    writeFileSync(junk, new Uint8Array(3 * 1024 * 1024));
    const bed = openBrokerAt(disk.dir, { ballast });
    const stored = await fill(bed);
    expect(existsSync(join(disk.dir, "hive.ballast"))).toBe(false);
    await goesOn(bed, stored);
    rmSync(junk);
    await bed.clock.advance(6_000);
    await bed.broker.send(OPERATOR, { to: "bob", body: "room again", priority: "normal" });
    expect(existsSync(join(disk.dir, "hive.ballast"))).toBe(true);
    const later = bed.restart();
    for (const id of stored) expect(later.broker.get(id).body).toBe(body);
    const notices = later.db.sqlite
      .prepare<{ data: string }>("select data from events where data like '%\"notice\"%'")
      .all();
    expect(notices.map(({ data }) => data).join()).toContain("room again");
    later.db.close();
  });

  test("shows in every answer of a group, and in none before the commit", async () => {
    await withPageLimit();
  });
});

async function withPageLimit(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "hive-full-"));
  try {
    const bed = openBrokerAt(dir, { ballast: 64 * 1024 });
    bed.db.sqlite.exec("pragma max_page_count = 200");
    const all = Array.from({ length: 60 }, (_, n) =>
      bed.broker.send(OPERATOR, { to: "alice", body: `${n}${body}`, priority: "normal" }),
    );
    const results = await Promise.allSettled(all);
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(["rejected"]));
    expect(bed.broker.counts("alice").queued).toBe(0);
    expect(results[59]).toMatchObject({ reason: { code: "storage" } });
    bed.db.sqlite.exec("pragma max_page_count = 100000");
    await bed.clock.advance(6_000);
    await bed.broker.send(OPERATOR, { to: "alice", body: "again", priority: "normal" });
    bed.db.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
